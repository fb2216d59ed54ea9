package io.muster.aggregator;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.await;
import static io.muster.aggregator.HistoryFixture.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.ingest.HeartbeatStore;
import io.muster.aggregator.ingest.IngestConfig;
import io.muster.aggregator.ingest.PostgresHeartbeatStore;
import io.muster.aggregator.ingest.ReceivedBatch;
import io.muster.bus.Address;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HeartbeatService;
import io.muster.bus.service.HistoryService;
import io.muster.runtime.node.HealthChecks.HealthProblem;
import io.muster.runtime.node.Node;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.history.HealthPoint;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.history.HeartbeatReceipt;
import io.muster.testkit.AllRows;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AggregatorVerticleIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private final String user = UUID.randomUUID().toString();
  private HistoryFixture fixture;
  private Node node;
  private HeartbeatService heartbeats;

  @BeforeEach
  void deploy() {
    fixture = new HistoryFixture(postgres.database());
    InstantSource clock = () -> NOON;
    node = AggregatorFixture.node(vertx, clock);
    var config = AggregatorFixture.config(new IngestConfig(500, Duration.ofMillis(20), 10_000));
    await(vertx.deployVerticle(new AggregatorVerticle(config, node, postgres.database())));
    heartbeats = node.services().proxy(Address.HEARTBEATS, HeartbeatService.class, TIMEOUT);
  }

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void store_overTheBus_isAnsweredFromHistory() {
    var service = node.services().proxy(Address.HISTORY, HistoryService.class, TIMEOUT);
    var client = fixture.insertClient(user);

    assertThat(await(heartbeats.store(batch(client, NOON, NOON.minusSeconds(10)))))
        .isEqualTo(new HeartbeatReceipt(2, 0, 0));
    assertThat(await(service.clientStat(user)).systemsOnlineNumber()).isEqualTo(1);
    var until = NOON.toEpochMilli() + 1;
    var query =
        new HealthQuery(user, Optional.of(client), 0, until, Optional.empty(), LimitOffset.ALL);
    assertThat(AllRows.of(service.clientHealth(query), HealthPoint.class).rows()).hasSize(2);
  }

  @Test
  void health_noNodeHasRolledUpForMinutes_isLateOnEachNode() {
    var now = NOON.atOffset(ZoneOffset.UTC);
    fixture.query("UPDATE client_rollup SET rolled_up_at = $1", now.minusMinutes(4));
    fixture.query("UPDATE device_rollup SET hour = $1", now.minusMinutes(81));
    var other = AggregatorFixture.node(vertx, () -> NOON);
    var config = AggregatorFixture.config(new IngestConfig(500, Duration.ofMillis(20), 10_000));
    await(vertx.deployVerticle(new AggregatorVerticle(config, other, postgres.database())));

    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () -> {
          assertThat(other.health().report().get("fold"))
              .map(HealthProblem::reason)
              .contains("the roll-up is late: complete until " + NOON.minusSeconds(240));
          assertThat(other.health().report().get("device_fold"))
              .map(HealthProblem::summary)
              .contains("the roll-up of devices failed or is late");
        });
    assertThat(other.meterRegistry().scrape())
        .contains("muster_aggregator_fold_age_seconds 240.0")
        .contains("muster_aggregator_device_fold_age_seconds 4860.0");
  }

  @Test
  void store_manyClientsAtOnce_countsEveryHeartbeat() {
    var clients = fixture.insertClients(30);
    var unregistered = UUID.randomUUID().toString().replace("-", "");
    var requests =
        clients.stream().map(client -> heartbeats.store(batch(client, NOON, NOON))).toList();
    var unknown = heartbeats.store(batch(unregistered, NOON));
    await(Future.join(requests));

    assertThat(requests)
        .allMatch(request -> request.result().equals(new HeartbeatReceipt(1, 1, 0)));
    assertFails(unknown, Code.CLIENT_UNKNOWN);
    assertThat(node.meterRegistry().scrape())
        .contains("muster_aggregator_heartbeats_received_total 61.0")
        .contains("muster_aggregator_heartbeats_accepted_total 30.0")
        .contains("muster_aggregator_heartbeats_duplicate_total 30.0")
        .contains("muster_aggregator_heartbeats_unknown_total 1.0")
        .contains("muster_aggregator_heartbeats_held 0.0");
    assertThat(node.health().report()).containsEntry("heartbeats", Optional.empty());
  }

  @Test
  void store_missingKeys_isInvalidAndLeavesOtherRequestsAlone() {
    var client = fixture.insertClient(user);
    var device = "{\"at_millis\":1,\"devices\":[{\"index\":0}]}";
    var good = heartbeats.store(batch(client, NOON));

    assertInvalid("{}");
    assertInvalid("{\"client_id\":null,\"heartbeats\":[]}");
    assertInvalid("{\"client_id\":\"" + client + "\",\"heartbeats\":null}");
    assertInvalid("{\"client_id\":\"" + client + "\",\"heartbeats\":[null]}");
    assertInvalid("{\"client_id\":\"" + client + "\",\"heartbeats\":[" + device + "]}");
    assertInvalid("[]");
    assertThat(await(good)).isEqualTo(new HeartbeatReceipt(1, 0, 0));
  }

  @Test
  void store_lateReply_repetitionIsADuplicate() {
    var client = fixture.insertClient(user);
    var catalog = new GpuCatalog(GpuModels.bundled());
    var store = new PostgresHeartbeatStore(postgres.database(), () -> NOON, catalog, stored -> {});
    HeartbeatStore slow =
        batches ->
            store
                .store(batches)
                .compose(
                    stored -> Future.failedFuture(new FleetException(Code.TIMEOUT, "too late")));
    var sent = List.of(new ReceivedBatch(batch(client, NOON, NOON.minusSeconds(10)), NOON));

    assertThatThrownBy(() -> await(slow.store(sent))).hasMessage("too late");
    assertThat(await(store.store(sent)).receipts())
        .isEqualTo(Map.of(client, new HeartbeatReceipt(0, 2, 0)));
  }

  @Test
  @Tag("slow")
  void store_tableIsLocked_failsInTimeAndIsStoredLater() {
    var client = fixture.insertClient(user);
    var lock =
        postgres
            .database()
            .withTransaction(
                sql ->
                    sql.query("LOCK TABLE heartbeat")
                        .execute()
                        .compose(locked -> heartbeats.store(batch(client, NOON)))
                        .transform(stored -> Future.succeededFuture(stored.cause())));

    assertThat(await(lock))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(Code.TIMEOUT));
    assertThat(node.health().report().get("heartbeats")).isPresent();
    assertThat(await(heartbeats.store(batch(client, NOON))))
        .isEqualTo(new HeartbeatReceipt(1, 0, 0));
    assertThat(node.health().report()).containsEntry("heartbeats", Optional.empty());
  }

  private void assertInvalid(String json) {
    var options = new DeliveryOptions().addHeader("method", "store");
    assertThatThrownBy(
            () -> await(vertx.eventBus().request(Address.HEARTBEATS, Buffer.buffer(json), options)))
        .isInstanceOfSatisfying(
            // The failure code of INVALID_ARGUMENT on the bus.
            ReplyException.class, failure -> assertThat(failure.failureCode()).isEqualTo(1));
  }

  private static void assertFails(Future<HeartbeatReceipt> request, Code code) {
    assertThatThrownBy(() -> await(request))
        .isInstanceOfSatisfying(
            FleetException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }
}
