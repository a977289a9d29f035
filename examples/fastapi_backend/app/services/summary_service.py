"""Summaries written by a language model."""

from app.integrations.language_model import Agent
from app.services import analytics_service

summary_agent = Agent("Summarise for the owner of a shop")


async def summarise() -> str:
    totals = await analytics_service.totals()
    return await summary_agent.run(f"customers and orders: {totals}")
