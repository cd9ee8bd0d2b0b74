"""What the public reads of awards: pages, feeds, figures, downloads, and the words they are found by."""
