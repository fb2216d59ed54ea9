package io.muster.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementConditionTest {
  private final Path directory;

  RequirementConditionTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void evaluate_commandFound_runsTheTest() throws IOException {
    var compiler = Files.createFile(directory.resolve("cc"));
    assertThat(compiler.toFile().setExecutable(true)).isTrue();
    var path = String.join(File.pathSeparator, "/nowhere", directory.toString());

    assertThat(new RequirementCondition(Map.of("PATH", path)).evaluate(List.of("cc")).isDisabled())
        .isFalse();
  }

  @Test
  void evaluate_commandMissing_skipsWithTheReason() {
    var result =
        new RequirementCondition(Map.of("PATH", directory.toString())).evaluate(List.of("cc"));

    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason()).contains("not on the PATH: [cc]");
  }

  @Test
  void evaluate_commandMissingButEnforced_fails() {
    var environment = Map.of("PATH", directory.toString(), "MUSTER_REQUIRE", "browser, cc");

    assertThatThrownBy(() -> new RequirementCondition(environment).evaluate(List.of("cc")))
        .hasMessageContaining("MUSTER_REQUIRE requires [cc]");
  }
}
