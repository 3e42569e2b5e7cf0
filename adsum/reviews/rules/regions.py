"""Which part of the world a country lies in: the groups in which decisions are compared. Pure.

The groups are the sub-regions of the United Nations' standard M49 (https://unstats.un.org/unsd/methodology/m49/), with
Oceania as one, Taiwan in Eastern Asia and Kosovo in Southern Europe. A country says nothing about a person; that many
people of one part of the world are decided otherwise than all others says something about us.
"""

from functools import cache

from adsum.core.text import plain_letters

NOT_KNOWN, ELSEWHERE = "Not known", "Not in the list"
# ISO 3166-1 codes, each with the names by which agencies call the country.
_REGIONS = {
    "Northern Africa": """
        DZ, Algeria; EG, Egypt; LY, Libya; MA, Morocco; SD, Sudan; TN, Tunisia; EH, Western Sahara
    """,
    "Eastern Africa": """
        IO, British Indian Ocean Territory; BI, Burundi; KM, Comoros; DJ, Djibouti; ER, Eritrea; ET, Ethiopia; TF,
        French Southern Territories; KE, Kenya; MG, Madagascar; MW, Malawi; MU, Mauritius; YT, Mayotte; MZ, Mozambique;
        RE, Réunion; RW, Rwanda; SC, Seychelles; SO, Somalia; SS, South Sudan; UG, Uganda; TZ, Tanzania, United Republic
        of Tanzania; ZM, Zambia; ZW, Zimbabwe
    """,
    "Middle Africa": """
        AO, Angola; CM, Cameroon; CF, Central African Republic; TD, Chad; CG, Congo - Brazzaville, Republic of the
        Congo, Congo, Congo Brazzaville; CD, Congo - Kinshasa, Democratic Republic of the Congo, DR Congo, DRC, Congo
        Kinshasa; GQ, Equatorial Guinea; GA, Gabon; ST, São Tomé & Príncipe, Sao Tome and Principe
    """,
    "Southern Africa": """
        BW, Botswana; SZ, Eswatini, Swaziland; LS, Lesotho; NA, Namibia; ZA, South Africa
    """,
    "Western Africa": """
        BJ, Benin; BF, Burkina Faso; CV, Cape Verde, Cabo Verde; CI, Côte d’Ivoire, Ivory Coast; GM, Gambia, The Gambia;
        GH, Ghana; GN, Guinea; GW, Guinea-Bissau; LR, Liberia; ML, Mali; MR, Mauritania; NE, Niger; NG, Nigeria; SH, St.
        Helena; SN, Senegal; SL, Sierra Leone; TG, Togo
    """,
    "Caribbean": """
        AI, Anguilla; AG, Antigua & Barbuda; AW, Aruba; BS, Bahamas, The Bahamas; BB, Barbados; BQ, Caribbean
        Netherlands; VG, British Virgin Islands; KY, Cayman Islands; CU, Cuba; CW, Curaçao; DM, Dominica; DO, Dominican
        Republic, Dominican Rep; GD, Grenada; GP, Guadeloupe; HT, Haiti; JM, Jamaica; MQ, Martinique; MS, Montserrat;
        PR, Puerto Rico; BL, St. Barthélemy; KN, St. Kitts & Nevis, Saint Kitts and Nevis; LC, St. Lucia, Saint Lucia;
        MF, St. Martin; VC, St. Vincent & Grenadines, Saint Vincent and the Grenadines; SX, Sint Maarten; TT, Trinidad &
        Tobago, Trinidad; TC, Turks & Caicos Islands; VI, U.S. Virgin Islands
    """,
    "Central America": """
        BZ, Belize; CR, Costa Rica; SV, El Salvador; GT, Guatemala; HN, Honduras; MX, Mexico; NI, Nicaragua; PA, Panama
    """,
    "South America": """
        AR, Argentina; BO, Bolivia, Plurinational State of Bolivia; BV, Bouvet Island; BR, Brazil; CL, Chile; CO,
        Colombia; EC, Ecuador; FK, Falkland Islands; GF, French Guiana; GY, Guyana; PY, Paraguay; PE, Peru; GS, South
        Georgia & South Sandwich Islands; SR, Suriname; UY, Uruguay; VE, Venezuela, Bolivarian Republic of Venezuela
    """,
    "Northern America": """
        BM, Bermuda; CA, Canada; GL, Greenland; PM, St. Pierre & Miquelon; US, United States, USA, United States of
        America
    """,
    "Central Asia": """
        KZ, Kazakhstan; KG, Kyrgyzstan; TJ, Tajikistan; TM, Turkmenistan; UZ, Uzbekistan
    """,
    "Eastern Asia": """
        CN, China, People’s Republic of China, Mainland China; HK, Hong Kong SAR China, Hong Kong; MO, Macao SAR China,
        Macau, Macao; TW, Taiwan, Republic of China; KP, North Korea, Democratic People’s Republic of Korea; JP, Japan;
        MN, Mongolia; KR, South Korea, Korea, Republic of Korea
    """,
    "South-eastern Asia": """
        BN, Brunei, Brunei Darussalam; KH, Cambodia; ID, Indonesia; LA, Laos, Lao; MY, Malaysia; MM, Myanmar (Burma),
        Burma, Myanmar; PH, Philippines; SG, Singapore; TH, Thailand; TL, Timor-Leste, East Timor; VN, Vietnam, Viet Nam
    """,
    "Southern Asia": """
        AF, Afghanistan; BD, Bangladesh; BT, Bhutan; IN, India; IR, Iran, Islamic Republic of Iran; MV, Maldives; NP,
        Nepal; PK, Pakistan; LK, Sri Lanka
    """,
    "Western Asia": """
        AM, Armenia; AZ, Azerbaijan; BH, Bahrain; CY, Cyprus; GE, Georgia, Republic of Georgia; IQ, Iraq; IL, Israel;
        JO, Jordan; KW, Kuwait; LB, Lebanon; OM, Oman; QA, Qatar; SA, Saudi Arabia; PS, Palestinian Territories,
        Palestine, West Bank, Gaza; SY, Syria, Syrian Arab Republic; TR, Türkiye, Turkey; AE, United Arab Emirates; YE,
        Yemen
    """,
    "Eastern Europe": """
        BY, Belarus; BG, Bulgaria; CZ, Czechia, Czech Republic; HU, Hungary; PL, Poland; MD, Moldova, Republic of
        Moldova; RO, Romania; RU, Russia, Russian Federation; SK, Slovakia; UA, Ukraine
    """,
    "Northern Europe": """
        AX, Åland Islands; DK, Denmark; EE, Estonia; FO, Faroe Islands; FI, Finland; GG, Guernsey; IS, Iceland; IE,
        Ireland, Republic of Ireland; IM, Isle of Man; JE, Jersey; LV, Latvia; LT, Lithuania; NO, Norway; SJ, Svalbard &
        Jan Mayen; SE, Sweden; GB, United Kingdom, UK, Great Britain, England
    """,
    "Southern Europe": """
        AL, Albania; AD, Andorra; BA, Bosnia & Herzegovina, Bosnia; HR, Croatia; GI, Gibraltar; GR, Greece; VA, Vatican
        City, Holy See; IT, Italy; MT, Malta; ME, Montenegro; MK, North Macedonia, Macedonia; PT, Portugal; SM, San
        Marino; RS, Serbia; SI, Slovenia; ES, Spain; XK, Kosovo
    """,
    "Western Europe": """
        AT, Austria; BE, Belgium; FR, France; DE, Germany; LI, Liechtenstein; LU, Luxembourg; MC, Monaco; NL,
        Netherlands, Holland, The Netherlands; CH, Switzerland
    """,
    "Oceania": """
        AU, Australia; CX, Christmas Island; CC, Cocos (Keeling) Islands; HM, Heard & McDonald Islands; NZ, New Zealand;
        NF, Norfolk Island; FJ, Fiji; NC, New Caledonia; PG, Papua New Guinea; SB, Solomon Islands; VU, Vanuatu; GU,
        Guam; KI, Kiribati; MH, Marshall Islands; FM, Micronesia, Federated States of Micronesia; NR, Nauru; MP,
        Northern Mariana Islands; PW, Palau; UM, U.S. Outlying Islands; AS, American Samoa; CK, Cook Islands; PF, French
        Polynesia; NU, Niue; PN, Pitcairn Islands; WS, Samoa; TK, Tokelau; TO, Tonga; TV, Tuvalu; WF, Wallis & Futuna
    """,
}


def region_of(country: str) -> str:
    """The part of the world of a country as an agency's list calls it: by its code, or by a name in English.

    `NOT_KNOWN` when the list says nothing, `ELSEWHERE` when it says what no country is called.
    """
    return _by_name().get(_plain(country), ELSEWHERE) if country.strip() else NOT_KNOWN


@cache
def _by_name() -> dict[str, str]:
    return {
        _plain(name): region
        for region, countries in _REGIONS.items()
        for country in " ".join(countries.split()).split("; ")
        for name in country.split(", ")
    }


def _plain(name: str) -> str:
    return plain_letters(name.replace("&", "and"))
