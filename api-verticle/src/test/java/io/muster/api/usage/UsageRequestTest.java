package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.CloseCode;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Any message of a client is answered and has no effect on other clients. */
class UsageRequestTest {
  @Property
  void text_anything_isAnsweredInOrderWithoutEffectOnOtherClients(
      @ForAll("messages") List<String> messages) {
    var testbed = new UsageTestbed();
    var otherClient = testbed.subscribe(UsageTestbed.HOST, 5);
    otherClient.takeTexts();
    var client = testbed.connect();

    messages.forEach(client::send);

    var kinds = client.takeKinds();
    assertThat(kinds)
        .isSubsetOf(
            "subscribed", "unsubscribed", "error", "pong", "stale", "system_info", "usage_update");
    assertThat(indexOf(kinds, "system_info")).isGreaterThanOrEqualTo(indexOf(kinds, "subscribed"));
    assertThat(indexOf(kinds, "usage_update"))
        .isGreaterThanOrEqualTo(indexOf(kinds, "system_info"));
    client
        .connection()
        .closeCode()
        .ifPresent(code -> assertThat(code).isEqualTo(CloseCode.POLICY_VIOLATION));
    client.session().onClosed();
    testbed.advance(Duration.ofSeconds(5));
    assertThat(otherClient.takeKinds()).containsExactly("usage_update");
    assertThat(client.takeTexts()).isEmpty();
  }

  @Test
  void parse_deepJson_isUnknown() {
    assertThat(UsageRequest.parse("{\"type\":" + "[".repeat(4000))).isEqualTo(UsageRequest.UNKNOWN);
    assertThat(UsageRequest.parse("{\"a\":".repeat(800) + "1" + "}".repeat(800)))
        .isEqualTo(UsageRequest.UNKNOWN);
  }

  @Provide
  Arbitrary<List<String>> messages() {
    var known =
        Arbitraries.of(
            "subscribe:usage",
            "unsubscribe:usage",
            "ping",
            "{\"type\":\"subscribe\",\"topic\":\"usage\"}",
            "{\"type\":7,\"topic\":null}",
            "{\"type\":\"subscribe\",\"type\":\"ping\"}");
    return Arbitraries.oneOf(known, Arbitraries.strings().ofMaxLength(40)).list().ofMaxSize(12);
  }

  /** Returns the index of the kind; a kind that is missing comes last. */
  private static int indexOf(List<String> kinds, String kind) {
    var index = kinds.indexOf(kind);
    return index < 0 ? kinds.size() : index;
  }
}
