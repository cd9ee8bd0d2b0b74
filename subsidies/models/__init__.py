from subsidies.models.policy import Policy, Scheme

__all__ = ["Policy", "Scheme"]
