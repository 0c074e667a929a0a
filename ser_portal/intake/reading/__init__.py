"""What a file is and whether it is harmless: runs in a process of its own, and knows neither Django nor the portal.

`intake/worker.py` loads this folder as a package by itself, so modules here import only one another and libraries.
"""
