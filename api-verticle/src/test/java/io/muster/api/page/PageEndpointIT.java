package io.muster.api.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.content.Gzip;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The documents and files that the page consists of. */
class PageEndpointIT {
  private static final int MAX_FILE_BYTES = 100_000;
  private static final int MAX_COMPRESSED_BYTES = 250_000;
  private static final Pattern ASSET = Pattern.compile("/assets/[a-z-]+\\.[0-9a-f]{16}\\.(js|css)");
  private static final Pattern FIRST =
      Pattern.compile("<script type=\"application/json\" id=\"first\">(.*)</script>");

  private static final ApiNode NODE = ApiNode.start();

  @AfterAll
  static void close() {
    NODE.close();
  }

  @Test
  void getDocument_anyState_forbidsForeignAndInlineScripts() {
    var response = NODE.get("/");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("text/html; charset=utf-8");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.header("x-content-type-options")).contains("nosniff");
    assertThat(response.header("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http");
    assertThat(response.body()).doesNotContain("{{", "http://", "https://", "<style", "onload");
  }

  @Test
  void getDocument_hostWithEndTagInName_containsTheStateAsOneScriptElement() {
    NODE.publish(TestFrame.of("</script><b>").build());

    var first = first(NODE.get("/"));

    assertThat(first.getJsonObject("node").getBoolean("token_required")).isFalse();
    assertThat(first.getJsonObject("node").getString("fleet")).isEqualTo("fleet-1");
    assertThat(first.getJsonObject("state").getJsonArray("hosts").encode())
        .contains("</script><b>");
  }

  @Test
  void getDocument_nodeWithToken_hasNeitherStateNorNames() {
    try (var node = ApiNode.start(ApiNode.config(Optional.of("s3cret"), 8))) {
      node.publish(TestFrame.of("a").build());

      assertThat(first(node.get("/")).encode())
          .isEqualTo("{\"node\":{\"token_required\":true},\"state\":null}");
      assertThat(first(node.get("/", "Authorization: Bearer s3cret")).getJsonObject("state"))
          .isNotNull();
      assertThat(assetPaths(node.get("/").body()))
          .isNotEmpty()
          .allSatisfy(path -> assertThat(node.get(path).status()).isEqualTo(200));
    }
  }

  @Test
  void getAsset_everyReferencedFile_isCachedForeverUnderItsHash() {
    var paths = assetPaths(NODE.get("/").body());

    assertThat(paths).hasSizeGreaterThan(5);
    for (var path : paths) {
      var response = NODE.get(path);
      assertThat(response.header("cache-control")).contains("public, max-age=31536000, immutable");
      assertThat(response.header("content-type").orElseThrow())
          .startsWith(path.endsWith(".js") ? "text/javascript" : "text/css");
      assertThat(paths).as(path).containsAll(assetPaths(response.body()));
      var known = "If-None-Match: " + response.header("etag").orElseThrow();
      assertThat(NODE.get(path, known).status()).isEqualTo(304);
    }
  }

  @Test
  void getAsset_allFiles_areSmall() {
    var compressedBytes = 0;
    for (var path : assetPaths(NODE.get("/").body())) {
      var bytes = NODE.get(path).body().getBytes(UTF_8);
      assertThat(bytes).as(path).hasSizeLessThan(MAX_FILE_BYTES);
      compressedBytes += Gzip.compress(bytes, 6).length;
    }
    assertThat(compressedBytes).isLessThan(MAX_COMPRESSED_BYTES);
  }

  @Test
  void getAsset_ownFiles_neverCreateElementsFromText() {
    for (var path : assetPaths(NODE.get("/").body())) {
      if (!path.contains("/preact.") && !path.contains("/uplot.")) {
        assertThat(NODE.get(path).body())
            .as(path)
            .doesNotContain(
                "innerHTML", "insertAdjacentHTML", "dangerouslySet", "document.write", "eval(");
      }
    }
  }

  @Test
  void getAsset_unknownName_is404() {
    var response = NODE.get("/assets/main.0000000000000000.js");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.header("cache-control")).contains("no-store");
  }

  private static JsonObject first(Exchange response) {
    var element = FIRST.matcher(response.body());
    assertThat(element.find()).isTrue();
    return new JsonObject(element.group(1));
  }

  private static Set<String> assetPaths(String text) {
    return ASSET.matcher(text).results().map(MatchResult::group).collect(toSet());
  }
}
