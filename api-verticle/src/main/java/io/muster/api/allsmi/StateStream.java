package io.muster.api.allsmi;

import io.muster.api.event.EventSubscriber;
import io.muster.api.event.FleetEventCursor;
import io.muster.api.limit.OpenCount;
import io.muster.api.state.FleetState;
import io.muster.api.state.StateCursor;
import io.muster.api.state.StateSubscriber;
import io.muster.api.stream.SharedChunk;
import java.util.function.LongSupplier;

/**
 * One subscriber of {@code /events?view=fleet}. Writes the newest state or change, and the fleet
 * events, while the connection is writable. Confined to the event loop of its connection.
 */
final class StateStream implements StateSubscriber, EventSubscriber {
  private final EventWriter writer;
  private final StreamTiming timing;
  private final LongSupplier nanoTime;
  private final OpenCount openStreams;
  private long lastStateNanos;
  private boolean stateSent;
  private boolean resetPending;
  private boolean released;

  /**
   * Creates a stream.
   *
   * @param isReset true if the client continues from a position that is not covered
   * @param openStreams the number of open streams, in which this one is counted
   */
  StateStream(
      EventWriter writer,
      StreamTiming timing,
      LongSupplier nanoTime,
      boolean isReset,
      OpenCount openStreams) {
    this.writer = writer;
    this.timing = timing;
    this.nanoTime = nanoTime;
    this.resetPending = isReset;
    this.openStreams = openStreams;
  }

  @Override
  public void drain(StateCursor cursor) {
    if (!writer.isWritable()) {
      return;
    }
    if (resetPending) {
      resetPending = false;
      writer.write("event: reset\ndata: {\"reason\":\"the missed changes are not known\"}\n\n");
    }
    if (writer.isWritable() && isDue(cursor.newest())) {
      cursor.take().ifPresent(state -> write(state.event(writer.isCompressed())));
    }
  }

  @Override
  public void drain(FleetEventCursor cursor) {
    while (writer.isWritable()) {
      var event = cursor.take();
      var skipped = cursor.takeSkipped();
      if (skipped > 0) {
        writer.write("event: lag\ndata: {\"dropped\":" + skipped + "}\n\n");
      }
      if (event.isEmpty()) {
        return;
      }
      writer.write(event.get().event(writer.isCompressed()));
    }
  }

  /** Also writes a state that the throttle has delayed and that no later one has replaced. */
  @Override
  public void onSecondElapsed(StateCursor cursor) {
    drain(cursor);
    writer.onSecondElapsed();
  }

  @Override
  public void close() {
    writer.end();
    release();
  }

  /** Removes the stream from the number of open streams, once. */
  void release() {
    if (!released) {
      released = true;
      openStreams.close();
    }
  }

  private void write(SharedChunk event) {
    writer.write(event);
    lastStateNanos = writer.lastWriteNanos();
    stateSent = true;
  }

  private boolean isDue(FleetState newest) {
    return !stateSent
        || nanoTime.getAsLong() - lastStateNanos >= timing.minSpacingNanos(newest.interval());
  }
}
