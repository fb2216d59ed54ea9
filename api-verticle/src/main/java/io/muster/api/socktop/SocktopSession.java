package io.muster.api.socktop;

import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.vertx.core.AsyncResult;

/**
 * One client. It tells answers from each other by their order alone: so one request is answered at
 * a time, while the next ones wait in the network, and nothing is sent that was not asked for.
 * Confined to its event loop.
 */
final class SocktopSession implements Session {
  private final Socket socket;
  private final Answers answers;
  private final String host;
  private boolean stalled;

  SocktopSession(Socket socket, Answers answers, String host) {
    this.socket = socket;
    this.answers = answers;
    this.host = host;
  }

  @Override
  public void text(String message) {
    SocktopRequest.parse(message).ifPresent(this::answer);
  }

  /** Nobody answers it, as socktop_agent does not. */
  @Override
  public void binary() {}

  @Override
  public void drained() {
    if (stalled) {
      stalled = false;
      socket.resume();
    }
  }

  /** An answer that is under way goes nowhere. */
  @Override
  public void closed() {}

  private void answer(SocktopRequest request) {
    var answer = answers.answer(host, request);
    if (answer.isComplete()) {
      send(request, answer);
      stallIfFull();
      return;
    }
    socket.pause();
    answer.onComplete(
        done -> {
          send(request, done);
          stalled = !socket.isWritable();
          if (!stalled) {
            socket.resume();
          }
        });
  }

  private void send(SocktopRequest request, AsyncResult<Reply> answer) {
    if (answer.succeeded()) {
      answer.result().sendTo(socket, request.json());
    } else {
      socket.close(CloseCode.TRY_AGAIN_LATER, "the host does not answer");
    }
  }

  private void stallIfFull() {
    if (!socket.isWritable()) {
      stalled = true;
      socket.pause();
    }
  }
}
