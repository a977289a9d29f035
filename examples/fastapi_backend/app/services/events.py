from app.integrations.webhooks import publish
