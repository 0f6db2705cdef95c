# pip install fastapi uvicorn && uvicorn server:app
import asyncio
import re
from collections.abc import AsyncIterable

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel

app = FastAPI()


class Message(BaseModel):
    role: str
    content: str


class Question(BaseModel):
    messages: list[Message]


def answer(asked: str) -> str:
    return f"“{asked}” Put your model here. 把你的模型接在这里。"


def chunk(choice: dict) -> ServerSentEvent:
    data = {"object": "chat.completion.chunk", "choices": [choice]}
    return ServerSentEvent(data=data)


@app.post("/v1/chat/completions", response_class=EventSourceResponse)
async def completions(question: Question) -> AsyncIterable[ServerSentEvent]:
    text = answer(question.messages[-1].content)
    for piece in re.findall(r"\s*(?:[A-Za-z]+|\S)|\s+", text):
        delta = {"content": piece}
        yield chunk({"index": 0, "delta": delta, "finish_reason": None})
        await asyncio.sleep(0.05)
    yield chunk({"index": 0, "delta": {}, "finish_reason": "stop"})
    yield ServerSentEvent(raw_data="[DONE]")


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")
