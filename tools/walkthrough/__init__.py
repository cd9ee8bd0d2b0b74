"""Walks the three main parts of docs/walkthrough.md in a headless Chromium, and reckons how long they take."""
