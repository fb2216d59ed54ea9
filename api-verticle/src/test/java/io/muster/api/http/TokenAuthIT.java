package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.Address;
import io.muster.schema.frame.LogCapture;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAuthIT {
  private static final String SECRET = "s3cr+t/é-3f9a";
  private static final String IN_QUERY = "s3cr%2Bt/%C3%A9-3f9a";

  private final ApiNode node = ApiNode.start(ApiNode.config(Optional.of(SECRET), 256));

  @BeforeEach
  void publish() {
    node.publish(TestFrame.of("a").section(Section.GPU, "[]").build());
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/snapshot",
        "/events",
        "/metrics",
        "/nothing",
        "/assets/",
        "/-/ready/",
        "/healthz/",
        "/hosts",
        "/hosts/a/metrics",
        "/sd"
      })
  void get_withoutToken_is401(String path) {
    var response = node.get(path);

    assertThat(response.status()).isEqualTo(401);
    assertThat(response.header("www-authenticate")).contains("Bearer");
    assertThat(response.body()).contains("token", "Authorization: Bearer", "?token=");
  }

  @Test
  void get_withoutToken_isRejectedInTheFormatOfTheEndpoint() {
    assertThat(node.get("/snapshot").json().getInteger("schema")).isEqualTo(1);
    assertThat(node.get("/api/user/client_stat?user_id=a").status()).isEqualTo(401);
    assertThat(node.get("/api/user/client_stat?user_id=a").body())
        .startsWith("{\"success\":false,\"data\":null,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer wrong",
        "Authorization: Bearer",
        "Authorization: Bearer s3cr+t",
        "Authorization: Basic s3cr+t/é-3f9a",
        "X-Token: s3cr+t/é-3f9a"
      })
  void get_wrongToken_is401(String header) {
    assertThat(node.get("/snapshot", header).status()).isEqualTo(401);
    assertThat(node.get("/snapshot?token=wrong").status()).isEqualTo(401);
    assertThat(node.get("/snapshot?token=").status()).isEqualTo(401);
    assertThat(node.get("/snapshot?token=" + IN_QUERY + "x").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/-/ready", "/healthz", "/readyz"})
  void get_probe_needsNoToken(String path) {
    assertThat(node.get(path).status()).isEqualTo(200);
    assertThat(node.send("HEAD", path).status()).isEqualTo(200);
  }

  @Test
  void get_tokenInTheQuery_isAccepted() throws IOException {
    assertThat(node.get("/snapshot?include=gpu&token=" + IN_QUERY).status()).isEqualTo(200);
    try (var reader = node.openEvents("/events?token=" + IN_QUERY)) {
      node.publish(TestFrame.of("a").sequence(2).build());
      assertThat(reader.next()).isPresent();
    }
  }

  @Test
  void get_tokenInTheHeader_isAccepted() {
    var plain = ApiNode.start(ApiNode.config(Optional.of("plain-token"), 256));
    try (plain) {
      plain.publish(TestFrame.of("a").build());
      assertThat(plain.get("/snapshot", "Authorization: Bearer plain-token").status())
          .isEqualTo(200);
      assertThat(plain.get("/snapshot", "authorization: bearer  plain-token ").status())
          .isEqualTo(200);
      assertThat(plain.get("/metrics", "Authorization: Bearer plain-token").status())
          .isEqualTo(200);
    }
  }

  @Test
  void get_pathWithABrokenEscape_isAClientError() {
    assertThat(node.get("/-/ready%zz").status()).isEqualTo(401);
    assertThat(node.get("/-/ready%zz?token=" + IN_QUERY).status()).isEqualTo(400);
  }

  @Test
  void get_failures_doNotLogTheToken() {
    var musterLogger = Logger.getLogger("io.muster");
    musterLogger.setLevel(Level.ALL);
    try (var log = LogCapture.start()) {
      // An internal error: the consumer is not a service, and its reply is not JSON.
      node.vertx()
          .eventBus()
          .consumer(Address.HISTORY, message -> message.reply(Integer.valueOf(42)));
      assertThat(node.get("/api/user/client_stat?user_id=a&token=" + IN_QUERY).status())
          .isEqualTo(500);
      node.get("/snapshot?include=%zz&token=" + IN_QUERY);
      node.get("/nothing?token=" + IN_QUERY);
      node.get("/snapshot?host=missing&token=" + IN_QUERY);

      assertThat(log.lines()).anyMatch(line -> line.contains("/api/user/client_stat"));
      assertThat(log.lines()).noneMatch(line -> line.contains(SECRET) || line.contains(IN_QUERY));
    } finally {
      musterLogger.setLevel(null);
    }
  }
}
