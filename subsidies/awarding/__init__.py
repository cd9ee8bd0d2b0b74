"""From a public notice that is over to money on the firm's account; what must always hold stands in migration 0026."""
