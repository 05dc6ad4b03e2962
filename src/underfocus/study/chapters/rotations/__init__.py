"""Coordinates and rotations: Euler angles and matrices (blur), axes, angles and quaternions (sharpen)."""
