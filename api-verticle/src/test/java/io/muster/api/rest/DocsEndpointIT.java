package io.muster.api.rest;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.testkit.Requires;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The served OpenAPI document, and the pages of both documents. */
@Timeout(180)
class DocsEndpointIT {
  private static final RestTestNode WITHOUT_TOKEN = RestTestNode.start();
  private static final RestTestNode WITH_TOKEN =
      RestTestNode.start(ApiNode.config(Map.of("api.token", "s3c+r&t\"<")));
  private static final String TOKEN = "?token=s3c%2Br%26t%22%3C";
  private static final Pattern ASSET = Pattern.compile("(?:src|href)=\"(docs/[^\"]+)\"");

  @TempDir private Path folder;

  @AfterAll
  static void close() {
    WITHOUT_TOKEN.close();
    WITH_TOKEN.close();
  }

  @Test
  void document_anyAddress_hasARelativeServer() {
    var response = WITHOUT_TOKEN.get("/openapi.json");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.json().getString("openapi")).isEqualTo("3.1.0");
    assertThat(response.json().getJsonArray("servers"))
        .isEqualTo(new JsonArray().add(new JsonObject().put("url", ".")));
    assertThat(WITHOUT_TOKEN.send("HEAD", "/openapi.json").header("content-length"))
        .isEqualTo(response.header("content-length"));
    assertThat(
            WITHOUT_TOKEN.get("/openapi.json", "Accept-Encoding: gzip").header("content-encoding"))
        .contains("gzip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/openapi.json", "/asyncapi.json", "/docs", "/docs/events", "/schema/frame.json"})
  void send_anotherMethod_is405(String path) {
    assertThat(WITHOUT_TOKEN.send("POST", path).status()).isEqualTo(405);
    assertThat(WITHOUT_TOKEN.get(path + "/").status()).isEqualTo(404);
    assertThat(WITHOUT_TOKEN.get("/docs/swagger-ui.js").status()).isEqualTo(404);
    assertThat(WITHOUT_TOKEN.get("/docs/../openapi.json").status()).isEqualTo(200);
  }

  @Test
  void page_anyRequest_loadsNothingFromOtherHosts() {
    var page = WITHOUT_TOKEN.get("/docs");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.header("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';", "connect-src 'self'");
    assertThat(page.body()).doesNotContain("//", "{query}", "<style", "onload");
    var assets = ASSET.matcher(page.body()).results().map(match -> match.group(1)).toList();
    assertThat(assets)
        .containsExactly("docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/docs.js");
    assertThat(assets)
        .allSatisfy(asset -> assertThat(WITHOUT_TOKEN.get("/" + asset).status()).isEqualTo(200));
  }

  @Test
  void page_withAToken_passesItToItsRequests() {
    for (var path : new String[] {"/docs", "/openapi.json", "/docs/docs.js"}) {
      assertThat(WITH_TOKEN.get(path).status()).isEqualTo(401);
    }
    var page = WITH_TOKEN.get("/docs" + TOKEN);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("referrer-policy")).contains("no-referrer");
    assertThat(ASSET.matcher(page.body()).results().map(match -> match.group(1)))
        .hasSize(3)
        .allSatisfy(
            asset -> {
              assertThat(asset).endsWith(TOKEN);
              assertThat(WITH_TOKEN.get("/" + asset).status()).isEqualTo(200);
            });
  }

  @Test
  void page_hostileToken_isEscaped() {
    var page = WITHOUT_TOKEN.get("/docs?token=%22%3E%3Cscript%3E");

    assertThat(page.body()).contains("?token=%22%3E%3Cscript%3E\"").doesNotContain("<script>");
  }

  @Test
  @Requires("chromium")
  void pages_inABrowser_showTheDocuments() throws Exception {
    var origin = "http://127.0.0.1:" + WITH_TOKEN.address().port();

    assertThat(browse(origin + "/docs" + TOKEN))
        .contains("Muster REST API", "/api/user/client_health", "Heartbeats");
    assertThat(browse(origin + "/docs/events" + TOKEN))
        .contains("muster.summary", "Reply of the node", "power_limit_watts")
        .doesNotContain("cannot be loaded");
  }

  private String browse(String address) throws IOException, InterruptedException {
    var dump = folder.resolve("dump.html");
    var browser =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=20000",
                "--dump-dom",
                address)
            .redirectOutput(dump.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(browser.waitFor(60, SECONDS)).isTrue();
    } finally {
      browser.destroyForcibly().waitFor();
    }
    return Files.readString(dump).replace("&#8203;", "").replace("\u200b", "").replace("<wbr>", "");
  }
}
