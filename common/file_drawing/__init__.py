"""Draws a page of a file that was examined, in a process of its own; imports nothing of Django.

`python -m common.file_drawing <path> <pdf|jpg|png|webp> <page> [<longest side>] [--mark=<words>]` writes a JPEG to its
standard output: pixels alone, without scripts, links, places or other words of the original; across them the words of
`--mark`, where some are given.
"""
