package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The door over real sockets and a real event bus. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageDoorIT {
  private static final String SUBSCRIBE = "subscribe:usage";

  private final ApiNode node = ApiNode.live(Map.of("api.usage.interval", "1m"));
  private final FakeCollector b = new FakeCollector(InstantSource.system());

  @BeforeAll
  void collect() {
    var a = new FakeCollector(InstantSource.system());
    a.says(TestVitals.of().gpus(TestVitals.gpu("H100", 87, 18_432, 81_559)));
    node.collects("a", a);
    node.collects("b", b);
    node.publish(TestFrame.of("silent").build());
  }

  @AfterAll
  void close() {
    node.close();
  }

  @Test
  void subscribe_isConfirmed_thenTheSystem_thenUpdatesOfNewCollections() throws Exception {
    var reader = UsageReader.open(node.main().port(), "/usage?interval=1");

    reader.says(SUBSCRIBE);

    assertThat(reader.next()).isEqualTo(new JsonObject().put("status", "subscribed"));
    var system = reader.next();
    assertThat(system.getString("type")).isEqualTo("system_info");
    assertThat(system.getInteger("gpu_count")).isEqualTo(1);
    var before = reader.next();
    var update = reader.next();
    assertThat(update.getString("type")).isEqualTo("usage_update");
    assertThat(update.getInteger("gpu_percent")).isEqualTo(87);
    assertThat(update.getLong("timestamp") - before.getLong("timestamp")).isBetween(0L, 2L);
    assertThat(reader.next().getLong("timestamp")).isGreaterThan(before.getLong("timestamp"));
    reader.leave();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usage", "/usage?host=a", "/usage?host=", "/usage/a", "/usage/a?host=b"})
  void open_host_isTheOneThatIsNamed(String target) throws Exception {
    var reader = UsageReader.open(node.main().port(), target);

    reader.says(SUBSCRIBE + "\n");

    assertThat(reader.next().getString("status")).isEqualTo("subscribed");
    assertThat(reader.next().getString("host")).isEqualTo("a");
    reader.leave();
  }

  @Test
  void open_auto_isToldWithoutASound() throws Exception {
    var reader = UsageReader.open(node.main().port(), "/usage?auto=1");

    assertThat(reader.next().getString("status")).isEqualTo("subscribed");
    assertThat(reader.next().getString("type")).isEqualTo("system_info");
    assertThat(reader.next().getString("type")).isEqualTo("usage_update");
    reader.leave();
  }

  @Test
  void open_hostWithoutCollector_isConfirmedAndToldStale() throws Exception {
    var reader = UsageReader.open(node.main().port(), "/usage/silent");

    reader.says(SUBSCRIBE);

    assertThat(reader.next().getString("status")).isEqualTo("subscribed");
    var stale = reader.next();
    assertThat(stale.getString("status")).isEqualTo("stale");
    assertThat(stale.getString("host")).isEqualTo("silent");
    assertThat(stale.getLong("since")).isEqualTo(TestFrame.AT.getEpochSecond());
    reader.leave();
  }

  @Test
  void text_fiveThatAreNotUnderstood_closeWith1008() throws Exception {
    var reader = UsageReader.open(node.main().port(), "/usage");

    for (var time = 0; time < 5; time++) {
      reader.says("hello");
      assertThat(reader.next().getString("error")).isEqualTo("expected subscribe:usage");
    }

    assertThat(reader.closeCode()).isEqualTo(1008);
  }

  @Test
  void binary_closesWith1003() throws Exception {
    var reader = UsageReader.open(node.main().port(), "/usage");

    reader.saysBytes();

    assertThat(reader.closeCode()).isEqualTo(1003);
  }

  @Test
  void closed_withoutGoodbye_endsTheSamplings() throws Exception {
    var left = UsageReader.open(node.main().port(), "/usage/b?interval=1");
    left.says(SUBSCRIBE);
    takeMessages(left, 4);

    left.leave();

    var clock = UsageReader.open(node.main().port(), "/usage/a?interval=1");
    clock.says(SUBSCRIBE);
    takeMessages(clock, 4);
    var samplings = b.samplings();
    takeMessages(clock, 3);
    assertThat(b.samplings()).isEqualTo(samplings);
    clock.leave();
  }

  private static void takeMessages(UsageReader reader, int count) throws InterruptedException {
    for (var taken = 0; taken < count; taken++) {
      reader.next();
    }
  }
}
