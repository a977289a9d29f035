"""A client for a hosted language model."""

import asyncio


class Agent:
    def __init__(self, instructions: str) -> None:
        self.instructions = instructions

    async def run(self, prompt: str) -> str:
        await asyncio.sleep(0)  # stands for the call over the network
        return f"{self.instructions}: {prompt[:40]}"
