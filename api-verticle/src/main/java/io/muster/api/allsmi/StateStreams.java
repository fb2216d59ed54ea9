package io.muster.api.allsmi;

import io.muster.api.event.EventBroadcaster;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.http.Query;
import io.muster.api.state.StateBroadcaster;
import io.muster.api.state.StatePosition;
import io.muster.api.stream.ChannelStreamWriter;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The streams of the fleet state. */
public final class StateStreams implements StreamSource {
  /** Parameters of streams of frames only. */
  private static final List<String> FOREIGN_PARAMETERS = List.of("host", "include");

  private final StateBroadcaster states;
  private final EventBroadcaster events;
  private final LoopBroadcaster frames;
  private final LongSupplier nanoTime;

  /**
   * Creates the source.
   *
   * @param frames has the buffers and metrics that all streams of the event loop share
   */
  public StateStreams(
      StateBroadcaster states,
      EventBroadcaster events,
      LoopBroadcaster frames,
      LongSupplier nanoTime) {
    this.states = states;
    this.events = events;
    this.frames = frames;
    this.nanoTime = nanoTime;
  }

  @Override
  public StreamOpener prepare(Query query, HttpServerRequest request) {
    for (var parameter : FOREIGN_PARAMETERS) {
      if (query.text(parameter).isPresent()) {
        throw new FleetException(
            Code.INVALID_ARGUMENT, parameter + ": not supported with view=fleet");
      }
    }
    var timing = StreamTiming.parse(query);
    var lastEventId =
        Optional.ofNullable(request.getHeader("Last-Event-ID"))
            .filter(id -> query.isTrue("replay"));
    return (admitted, compressed) -> open(admitted, timing, lastEventId, compressed);
  }

  private void open(
      HttpServerRequest request,
      StreamTiming timing,
      Optional<String> lastEventId,
      boolean compressed) {
    var position = lastEventId.flatMap(StatePosition::parse).filter(states::covers);
    var writer = ChannelStreamWriter.open(request, frames.buffers(), compressed);
    var eventWriter =
        new EventWriter(writer, timing.keepAlive(), nanoTime, frames.metrics().writtenBytes());
    var isReset = lastEventId.isPresent() && position.isEmpty();
    var stream =
        new StateStream(eventWriter, timing, nanoTime, isReset, frames.metrics().openStreams());
    var cursor = states.subscribe(stream, position);
    var eventCursor = events.subscribe(stream);
    writer.onDrain(
        () -> {
          states.resume(cursor);
          stream.drain(eventCursor);
        });
    if (request.response().ended()) {
      events.unsubscribe(eventCursor);
      return; // The node is stopping.
    }
    request
        .response()
        .closeHandler(
            closed -> {
              states.unsubscribe(cursor);
              events.unsubscribe(eventCursor);
              stream.release();
            });
  }
}
