"""The country's districts with their real places, over a modelled network with modelled services."""
