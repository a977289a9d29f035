"""What every layer may use: settings, errors, money."""
