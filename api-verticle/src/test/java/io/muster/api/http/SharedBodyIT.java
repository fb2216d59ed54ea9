package io.muster.api.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.Section;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedBodyIT {
  // The body of /metrics does not change while the node's clock is stopped.
  private final ApiNode node = ApiNode.start(ApiNode.config(Map.of("api.metrics_max_age", "1m")));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/snapshot?include=gpu", "/snapshot?include=gpu&pretty=1", "/metrics"})
  void get_repeatedly_returnsTheSameBodyPlainAndCompressed(String target) throws Exception {
    node.publish(TestFrame.of("a").section(Section.GPU, "[]").build());
    var plain = get(target, "identity");
    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    assertThat(plain.body()).isNotEmpty();

    for (int time = 0;
        time < 4;
        time++) { // The first responses come from the heap, later ones from direct memory.
      assertThat(get(target, "identity").body()).isEqualTo(plain.body());
      assertThat(get(target, "gzip;q=0").body()).isEqualTo(plain.body());
      var compressed = get(target, "br, gzip;q=0.5");
      assertThat(compressed.headers().firstValue("content-encoding")).contains("gzip");
      assertThat(compressed.headers().allValues("vary")).contains("accept-encoding");
      assertThat(inflate(compressed.body())).isEqualTo(new String(plain.body(), UTF_8));
    }
  }

  private HttpResponse<byte[]> get(String target, String encoding) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + node.mainAddress() + target))
            .header("Accept-Encoding", encoding)
            .build();
    return client.send(request, BodyHandlers.ofByteArray());
  }

  private static String inflate(byte[] gzip) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
