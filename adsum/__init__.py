"""Adsum ("I am present"): alternatives to detention that lose nobody and harm nobody by a guess."""
