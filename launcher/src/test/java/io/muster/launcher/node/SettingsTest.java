package io.muster.launcher.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.config.ConfigFile;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static final Path COMMENTED_FILE = Path.of("..", "config", "muster.yaml");

  @Test
  void load_commentedFile_equalsTheDefaultsAndContainsEveryKey() throws StartException {
    var problems = new ArrayList<String>();
    var file = ConfigFile.read(COMMENTED_FILE, problems);
    assertThat(problems).isEmpty();

    var fromFile =
        new ConfigReader(new SettingSources(Map.of(), Map.of(), file.settings(), file.name()));
    var settings = Settings.read(fromFile);

    assertThat(fromFile.problems()).isEmpty();
    assertThat(settings).isEqualTo(Settings.load(SettingSources.none()));
    assertThat(keys("", file.settings())).containsExactlyInAnyOrderElementsOf(fromFile.keys());
  }

  @Test
  void load_everyKey_isMapped() throws StartException {
    var settings =
        Settings.load(
            SettingSources.of(
                Map.of("roles", "api, collector", "data.dir", "/srv/muster", "log.debug", "true")));

    assertThat(settings.roles()).containsExactly(Role.COLLECTOR, Role.API);
    assertThat(settings.dataDirectory()).isEqualTo(Path.of("/srv/muster"));
    assertThat(settings.debugLogging()).isTrue();
    assertThat(settings.needsDatabase()).isFalse();
    assertThat(settings.collector().heartbeat().directory())
        .isEqualTo(Path.of("/srv/muster/spool"));
  }

  @Test
  void load_severalProblems_listsAllOfThem() {
    var settings =
        Map.of(
            "roles",
            "gpu",
            "collector.simulate",
            "4x8xGTX",
            "api.listen.main",
            "nowhere",
            "colour",
            "red");

    assertThatThrownBy(() -> Settings.load(SettingSources.of(settings)))
        .isInstanceOfSatisfying(
            StartException.class,
            failure ->
                assertThat(failure.problems())
                    .hasSize(4)
                    .anyMatch(line -> line.contains("'gpu'") && line.contains("aggregator"))
                    .anyMatch(line -> line.contains("4x8xGTX") && line.contains("H100"))
                    .anyMatch(line -> line.contains("nowhere"))
                    .anyMatch(line -> line.contains("colour")));
  }

  @Test
  void defaultPath_rootOrOtherUser_dependsOnTheUser() {
    assertThat(NodeDataDirectory.defaultPath("root", "/root", Map.of()))
        .isEqualTo(Path.of("/var/lib/muster"));
    assertThat(NodeDataDirectory.defaultPath("ann", "/home/ann", Map.of()))
        .isEqualTo(Path.of("/home/ann/.local/share/muster"));
    assertThat(NodeDataDirectory.defaultPath("ann", "/home/ann", Map.of("XDG_DATA_HOME", "/data")))
        .isEqualTo(Path.of("/data/muster"));
  }

  private static List<String> keys(String prefix, Map<?, ?> nested) {
    return nested.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue() instanceof Map<?, ?> children
                    ? keys(prefix + entry.getKey() + ".", children).stream()
                    : Stream.of(prefix + entry.getKey()))
        .toList();
  }
}
