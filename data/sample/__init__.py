"""The sample district: real places from public facts, and a modelled world of services around them."""
