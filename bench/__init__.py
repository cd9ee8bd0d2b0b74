"""What a request costs, measured beside the limit of the same machine in the same run: python -m bench."""
