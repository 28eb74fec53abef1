"""Rules over what people wrote and what was made of it: findings, and nothing printed."""
