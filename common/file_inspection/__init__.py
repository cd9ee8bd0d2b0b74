"""Looks inside a file in a process of its own, with little memory and time; imports nothing of Django.

`python -m common.file_inspection <path> <family>` prints one line of JSON: {"kind", "pages", "has_place"} for a
file that may stay, or {"refused": code} with a code of common.file_checks.
"""
