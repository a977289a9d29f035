"""Facts: what is read from one file alone. One file a fact, each behind a `Fact` that names its extractor."""
