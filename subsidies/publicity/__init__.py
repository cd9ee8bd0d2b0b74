"""Public notice (公示) of what was approved, and the objections to it.

A notice is written, looked through and published by two people; clears by the clock alone; is settled in a final list.
"""
