package io.muster.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.ext.web.Router;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointPathsTest {
  private final EndpointPaths paths =
      new EndpointPaths(
          List.of(
              new PathOwner("all", "/a/*"),
              new PathOwner("hosts", "/hosts", "/hosts/:host/metrics"),
              new PathOwner("nested", "/a/b", "/a/b.c/*"),
              new PathOwner("parameter", "/a/:name")));

  @ParameterizedTest
  @CsvSource({
    "/hosts, hosts",
    "/hosts/x/metrics, hosts",
    "/a/, all",
    "/a/x/y, all",
    "/a/x, parameter",
    "/a/b, nested",
    "/a/b.c/x, nested",
    "/a/b/c, all",
    "/a/bxc/d, all"
  })
  void owner_severalMatch_isThatOfTheLongestPath(String path, String name) {
    assertThat(paths.owner(path)).isInstanceOf(PathOwner.class).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*", "/", "/a", "/ax", "/hosts/", "/hosts//metrics", "/hosts/x/y/z"})
  void owner_noneMatches_hasNoPaths(String path) {
    assertThat(paths.owner(path).paths()).isEmpty();
  }

  @Test
  void of_onePathOfTwoEndpoints_isRejected() {
    var endpoints = List.<Endpoint>of(new PathOwner("x", "/a"), new PathOwner("y", "/a"));

    assertThatThrownBy(() -> new EndpointPaths(endpoints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/a");
  }

  private record PathOwner(String name, Set<String> paths) implements Endpoint {
    PathOwner(String name, String... paths) {
      this(name, Set.of(paths));
    }

    @Override
    public void mount(Router router) {}

    @Override
    public String toString() {
      return name;
    }
  }
}
