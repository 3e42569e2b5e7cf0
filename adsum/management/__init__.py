"""Management: the operator's door. The `adsum` command, the embedded database, the processes, the schedule."""
