"""HTTP only: parameters, status codes, problem+json."""
