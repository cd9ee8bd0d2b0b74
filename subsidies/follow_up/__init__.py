"""What follows the money: yearly reports, checks, recovery, the integrity list, the archive."""
