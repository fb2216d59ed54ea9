package io.muster.api.event;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.FleetEventService;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.Observation;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.json.WireTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reports observations to any aggregator: in order, one batch at a time, again until it is
 * accepted. If there is no history because no aggregator has ever answered, the events are
 * delivered as this node sees them, and are not stored. Confined to the owner context.
 */
final class EventReporter implements Consumer<Observation> {
  private static final int MAX_WAITING = 20_000;

  /** Calls without an answer, one in a second, after which there seems to be no history. */
  private static final int MAX_UNANSWERED = 30;

  private final FleetEventService service;
  private final Consumer<List<FleetEvent>> feed;
  private final EventMetrics metrics;
  private final ArrayDeque<Observation> waiting = new ArrayDeque<>();
  private boolean inFlight;
  private int droppedInFlight;
  private boolean answered;
  private int unanswered;

  /**
   * Creates a reporter.
   *
   * @param feed receives events that are not stored
   */
  EventReporter(FleetEventService service, Consumer<List<FleetEvent>> feed, EventMetrics metrics) {
    this.service = service;
    this.feed = feed;
    this.metrics = metrics;
  }

  /** Adds an observation; drops the oldest one if too many are waiting. */
  @Override
  public void accept(Observation observation) {
    metrics.made().increment();
    if (waiting.size() == MAX_WAITING) {
      waiting.removeFirst();
      droppedInFlight++;
      metrics.dropped().increment();
    }
    waiting.addLast(observation);
  }

  /** Returns true if there are no observations that an aggregator may still have to store. */
  boolean isIdle() {
    return waiting.isEmpty() && !inFlight;
  }

  /** Sends the next observations, if no call is in flight; called each second. */
  void send() {
    if (inFlight || waiting.isEmpty()) {
      return;
    }
    inFlight = true;
    droppedInFlight = 0;
    var batch = new ObservationBatch(waiting.stream().limit(ObservationBatch.MAX_SIZE).toList());
    service
        .store(batch)
        .onSuccess(receipt -> complete(batch))
        .onFailure(cause -> retryOrDrop(batch, cause));
  }

  private void complete(ObservationBatch batch) {
    answered = true;
    metrics.stored().increment(removeSent(batch));
    inFlight = false;
    send();
  }

  private void retryOrDrop(ObservationBatch batch, Throwable cause) {
    inFlight = false;
    if (cause instanceof FleetException failure && failure.code() == Code.INVALID_ARGUMENT) {
      // An aggregator of another version does not know a kind: it will never accept the batch.
      metrics.dropped().increment(removeSent(batch));
    } else if (!answered && ++unanswered > MAX_UNANSWERED) {
      metrics.dropped().increment(removeSent(batch));
      feed.accept(batch.observations().stream().map(EventReporter::unstoredEvent).toList());
    }
  }

  /** Removes the sent observations that were not dropped meanwhile; returns their number. */
  private int removeSent(ObservationBatch batch) {
    var number = Math.max(0, batch.observations().size() - droppedInFlight);
    for (var removed = 0; removed < number; removed++) {
      waiting.removeFirst();
    }
    return number;
  }

  private static FleetEvent unstoredEvent(Observation observation) {
    return new FleetEvent(
        Optional.empty(),
        WireTime.utcMicros(Instant.ofEpochMilli(observation.atMillis())),
        observation.key().kind(),
        observation.isOpen() ? EventPhase.BEGIN : EventPhase.END,
        Optional.empty(),
        observation.subject(),
        observation.readings());
  }
}
