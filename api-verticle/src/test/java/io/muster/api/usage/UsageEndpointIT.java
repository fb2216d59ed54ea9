package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.AsyncApiSchemas;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint over real sockets and a real event bus. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageEndpointIT {
  private static final String SUBSCRIBE = "subscribe:usage";

  private final ApiNode node = ApiNode.startWithSystemClocks(Map.of("api.usage.interval", "1m"));
  private final FakeUsageCollector collectorB = new FakeUsageCollector(InstantSource.system());

  @BeforeAll
  void registerCollectors() {
    var collectorA = new FakeUsageCollector(InstantSource.system());
    collectorA.setVitals(VitalsFixture.of().gpus(VitalsFixture.gpu("H100", 87, 18_432, 81_559)));
    node.addHost("a", collectorA);
    node.addHost("b", collectorB);
    node.publish(TestFrame.of("silent").build());
  }

  @AfterAll
  void close() {
    node.close();
  }

  @Test
  void subscribe_isConfirmed_thenTheSystem_thenUpdatesOfNewCollections() throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage?interval=1");

    client.send(SUBSCRIBE);

    assertThat(client.next()).isEqualTo(new JsonObject().put("status", "subscribed"));
    var system = client.next();
    assertThat(system.getString("type")).isEqualTo("system_info");
    assertThat(system.getInteger("gpu_count")).isEqualTo(1);
    var before = client.next();
    var update = client.next();
    assertThat(update.getString("type")).isEqualTo("usage_update");
    assertThat(update.getInteger("gpu_percent")).isEqualTo(87);
    assertThat(update.getLong("timestamp") - before.getLong("timestamp")).isBetween(0L, 2L);
    assertThat(client.next().getLong("timestamp")).isGreaterThan(before.getLong("timestamp"));
    client.abort();
  }

  @Test
  void messages_match_theAsyncApiDocument() throws Exception {
    var schemas = AsyncApiSchemas.of(node);
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage/a");
    for (var request : List.of(SUBSCRIBE, "ping", "nonsense")) {
      client.send(request);
    }

    schemas.assertValid("UsageRequest", (Object) SUBSCRIBE);
    schemas.assertInvalid("UsageRequest", "nonsense");
    for (var message :
        List.of(
            "UsageConfirmation",
            "SystemInfo",
            "UsageUpdate",
            "UsageConfirmation",
            "UsageConfirmation")) {
      schemas.assertValid(message, client.next());
    }
    client.abort();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usage", "/usage?host=a", "/usage?host=", "/usage/a", "/usage/a?host=b"})
  void open_host_isSelectedByPathThenQuery(String target) throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), target);

    client.send(SUBSCRIBE + "\n");

    assertThat(client.next().getString("status")).isEqualTo("subscribed");
    assertThat(client.next().getString("host")).isEqualTo("a");
    client.abort();
  }

  @Test
  void open_auto_isSubscribedWithoutAMessage() throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage?auto=1");

    assertThat(client.next().getString("status")).isEqualTo("subscribed");
    assertThat(client.next().getString("type")).isEqualTo("system_info");
    assertThat(client.next().getString("type")).isEqualTo("usage_update");
    client.abort();
  }

  @Test
  void open_hostWithoutCollector_isConfirmedThenStale() throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage/silent");

    client.send(SUBSCRIBE);

    assertThat(client.next().getString("status")).isEqualTo("subscribed");
    var stale = client.next();
    assertThat(stale.getString("status")).isEqualTo("stale");
    assertThat(stale.getString("host")).isEqualTo("silent");
    assertThat(stale.getLong("since")).isEqualTo(TestFrame.AT.getEpochSecond());
    AsyncApiSchemas.of(node).assertValid("UsageStale", stale);
    client.abort();
  }

  @Test
  void text_fiveUnknown_closeWith1008() throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage");

    for (var attempt = 0; attempt < 5; attempt++) {
      client.send("hello");
      assertThat(client.next().getString("error")).isEqualTo("expected subscribe:usage");
    }

    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void binary_closesWith1003() throws Exception {
    var client = JdkUsageClient.open(node.mainAddress().port(), "/usage");

    client.sendBytes();

    assertThat(client.closeCode()).isEqualTo(1003);
  }

  @Test
  void closed_withoutCloseFrame_endsTheSampling() throws Exception {
    var abortedClient = JdkUsageClient.open(node.mainAddress().port(), "/usage/b?interval=1");
    abortedClient.send(SUBSCRIBE);
    takeMessages(abortedClient, 4);

    abortedClient.abort();

    var otherClient = JdkUsageClient.open(node.mainAddress().port(), "/usage/a?interval=1");
    otherClient.send(SUBSCRIBE);
    takeMessages(otherClient, 4);
    var samplings = collectorB.samplingCount();
    takeMessages(otherClient, 3);
    assertThat(collectorB.samplingCount()).isEqualTo(samplings);
    otherClient.abort();
  }

  private static void takeMessages(JdkUsageClient client, int count) throws InterruptedException {
    for (var taken = 0; taken < count; taken++) {
      client.next();
    }
  }
}
