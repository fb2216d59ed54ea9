package io.muster.api.allsmi;

import io.muster.api.allsmi.EventStream.StreamOptions;
import io.muster.api.fanout.FramePublisher;
import io.muster.api.fanout.LoopBroadcaster;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.http.Query;
import io.muster.api.stream.ChannelStreamWriter;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The streams of frames: of one host, or of the fleet. */
public final class FrameStreams implements StreamSource {
  private final FleetView view;
  private final FramePublisher publisher;
  private final LoopBroadcaster broadcaster;
  private final LongSupplier nanoTime;

  public FrameStreams(
      FleetView view,
      FramePublisher publisher,
      LoopBroadcaster broadcaster,
      LongSupplier nanoTime) {
    this.view = view;
    this.publisher = publisher;
    this.broadcaster = broadcaster;
    this.nanoTime = nanoTime;
  }

  @Override
  public StreamOpener prepare(Query query, HttpServerRequest request) {
    var host = query.host();
    var include = SectionSelection.parse(query.text("include").orElse(""));
    var timing = StreamTiming.parse(query);
    var replay = query.isTrue("replay");
    if (host.isPresent() && view.newestFrame(host.get()).isEmpty()) {
      throw FleetView.unknownHost(host.get());
    }
    var options =
        new StreamOptions(
            host,
            include,
            timing,
            replay ? EventIdFormat.INSTANT : EventIdFormat.TIMESTAMP,
            replay ? lastEventAt(request) : Optional.empty());
    return (admitted, compressed) -> open(admitted, options, compressed);
  }

  private void open(HttpServerRequest request, StreamOptions options, boolean compressed) {
    var writer = ChannelStreamWriter.open(request, broadcaster.buffers(), compressed);
    var stream = new EventStream(writer, options, nanoTime, broadcaster.metrics());
    var mailbox = broadcaster.subscribe(stream);
    writer.onDrain(() -> broadcaster.resume(mailbox));
    if (request.response().ended()) {
      return; // The node is stopping.
    }
    request.response().closeHandler(closed -> broadcaster.unsubscribe(mailbox));
    // Never fails: it only reads memory.
    options
        .lastEventAt()
        .map(instant -> publisher.replay(options.host(), instant))
        .ifPresent(
            replay ->
                replay.onSuccess(
                    missed -> stream.resume(missed, view.currentFrame(options.host()), mailbox)));
  }

  /**
   * The instant of the last frame that the client received; the epoch if the id is not an instant.
   */
  private static Optional<Instant> lastEventAt(HttpServerRequest request) {
    try {
      return Optional.ofNullable(request.getHeader("Last-Event-ID")).map(Instant::parse);
    } catch (DateTimeParseException foreignId) {
      return Optional.of(Instant.EPOCH);
    }
  }
}
