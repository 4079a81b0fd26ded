"""Signing in by another service: Authorization Code with PKCE, state and nonce.

References
----------
OpenID Connect Core 1.0, section 3.1; PKCE: RFC 7636; Best Current Practice for OAuth 2.0
Security: RFC 9700, section 2.1.
"""
