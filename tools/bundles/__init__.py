"""What the artifacts folder says of models and their pipelines, without any API."""
