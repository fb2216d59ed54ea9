package io.muster.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.FleetEventService;
import io.muster.schema.event.ConditionKey;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.event.FleetEventPage;
import io.muster.schema.event.FleetEventQuery;
import io.muster.schema.event.Observation;
import io.muster.schema.event.Observation.Position;
import io.muster.schema.event.ObservationBatch;
import io.muster.schema.event.ObservationReceipt;
import io.muster.schema.event.OpenConditionQuery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventReporterTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EventMetrics metrics =
      EventMetrics.create(
          new MeterFactory(registry, "muster.api."), new MeterFactory(registry, "muster.fleet."));
  private final FakeAggregator aggregator = new FakeAggregator();
  private final List<FleetEvent> unstored = new ArrayList<>();
  private final EventReporter reporter = new EventReporter(aggregator, unstored::addAll, metrics);

  @Test
  void send_observations_areSentInOrderOneBatchAtATime() {
    offer(ObservationBatch.MAX_SIZE + 1);
    reporter.send();
    reporter.send();
    assertThat(aggregator.calls).hasSize(1);
    aggregator.accept();
    assertThat(aggregator.calls).hasSize(2);
    aggregator.accept();

    assertThat(aggregator.sequences(0)).hasSize(ObservationBatch.MAX_SIZE).startsWith(0L, 1L, 2L);
    assertThat(aggregator.sequences(1)).containsExactly((long) ObservationBatch.MAX_SIZE);
    assertThat(reporter.isIdle()).isTrue();
    assertThat(metrics.waiting()).isZero();
  }

  @Test
  void send_failure_isRepeatedWithTheSameObservationsFirst() {
    offer(1);
    reporter.send();
    aggregator.fail(Code.TIMEOUT);
    offer(1);
    reporter.send();
    assertThat(aggregator.sequences(1)).hasSize(2);
    assertThat(aggregator.batch(1).observations().get(0))
        .isSameAs(aggregator.batch(0).observations().get(0));
  }

  @Test
  void send_batchThatIsNeverAccepted_isDropped() {
    offer(1);
    reporter.send();
    aggregator.fail(Code.INVALID_ARGUMENT);
    assertThat(reporter.isIdle()).isTrue();
    assertThat(metrics.dropped().count()).isEqualTo(1);
    assertThat(unstored).isEmpty();
  }

  @Test
  void send_noAggregatorHasEverAnswered_deliversWhatIsNotStored() {
    offer(1);
    for (var second = 0; second < 31; second++) {
      assertThat(unstored).isEmpty();
      reporter.send();
      aggregator.fail(Code.UNAVAILABLE);
    }
    assertThat(unstored).hasSize(1);
    assertThat(unstored.get(0).id()).isEmpty();
    assertThat(unstored.get(0).phase()).isEqualTo(EventPhase.BEGIN);
    assertThat(reporter.isIdle()).isTrue();
  }

  @Test
  void send_aggregatorIsDown_keepsAllForIt() {
    offer(1);
    reporter.send();
    aggregator.accept();
    offer(1);
    for (var second = 0; second < 100; second++) {
      reporter.send();
      aggregator.fail(Code.UNAVAILABLE);
    }
    assertThat(unstored).isEmpty();
    assertThat(metrics.waiting()).isEqualTo(1);
  }

  @Test
  void accept_tooMany_dropsTheOldest() {
    offer(1);
    reporter.send();
    offer(20_001);
    assertThat(metrics.dropped().count()).isEqualTo(2);
    aggregator.accept();
    assertThat(metrics.stored().count()).isZero();
    assertThat(aggregator.sequences(1)).startsWith(1L);
    assertThat(metrics.waiting()).isEqualTo(20_000);
  }

  private void offer(int number) {
    for (var sequence = 0L; sequence < number; sequence++) {
      reporter.accept(
          new Observation(
              ConditionKey.ofHost("6e1131b4b9cc454aa6ce3294ab860b2d", EventKind.HOST_SILENT),
              EventSubject.ofHost("gpu-1", "6e1131b4b9cc454aa6ce3294ab860b2d"),
              true,
              new Position(1, sequence),
              0,
              Optional.empty(),
              Map.of()));
    }
  }

  /** An aggregator that answers when the test wants. */
  private static final class FakeAggregator implements FleetEventService {
    private final List<ObservationBatch> calls = new ArrayList<>();
    private Promise<ObservationReceipt> pending = Promise.promise();

    @Override
    public Future<ObservationReceipt> store(ObservationBatch batch) {
      calls.add(batch);
      pending = Promise.promise();
      return pending.future();
    }

    @Override
    public Future<List<ConditionKey>> openConditions(OpenConditionQuery query) {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<FleetEventPage> events(FleetEventQuery query) {
      return Future.succeededFuture(new FleetEventPage(List.of(), Optional.empty()));
    }

    void accept() {
      pending.complete(new ObservationReceipt(0));
    }

    void fail(Code code) {
      pending.fail(new FleetException(code, "test"));
    }

    ObservationBatch batch(int call) {
      return calls.get(call);
    }

    List<Long> sequences(int call) {
      return batch(call).observations().stream().map(each -> each.position().sequence()).toList();
    }
  }
}
