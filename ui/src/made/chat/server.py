# pip install fastapi uvicorn && uvicorn server:app
import asyncio
from collections.abc import AsyncIterable

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

app = FastAPI()
listeners: set[asyncio.Queue["Message"]] = set()


class Message(BaseModel):
    id: str
    sender: str
    text: str = Field(min_length=1, max_length=8192)


@app.get("/chat", response_class=EventSourceResponse)
async def chat() -> AsyncIterable[ServerSentEvent]:
    queue: asyncio.Queue[Message] = asyncio.Queue(maxsize=100)
    listeners.add(queue)
    try:
        yield ServerSentEvent(event="join", data={"sender": "room"})
        while True:
            yield ServerSentEvent(event="message", data=await queue.get())
    finally:
        listeners.discard(queue)


@app.post("/chat/send", status_code=202)
async def send(message: Message) -> None:
    for queue in listeners:
        if not queue.full():  # Who does not read must not hold up the room.
            queue.put_nowait(message)


@app.get("/")
def page() -> FileResponse:
    return FileResponse("client.html")
