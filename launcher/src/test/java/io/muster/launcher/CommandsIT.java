package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the commands that end without a signal. */
class CommandsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @TempDir private Path data;

  @Test
  void snapshot_withoutAServer_printsOneFrameOfThisHost() throws Exception {
    try (var command = run("snapshot", "--include", "cpu,process", "--set", "data.dir=" + data)) {
      assertThat(command.awaitExit(TIMEOUT)).isZero();

      var frame =
          new ObjectMapper()
              .readTree(
                  command.output().lines().filter(line -> line.startsWith("{")).toList().get(0));
      assertThat(frame.get("schema").asInt()).isEqualTo(1);
      assertThat(frame.get("cpus").get(0).get("utilization").isNumber()).isTrue();
      assertThat(frame.get("processes").findValuesAsText("pid")).contains("1");
      assertThat(frame.has("memory")).isFalse();
    }
  }

  @Test
  void version_printsTheVersion() {
    try (var command = run("version")) {
      assertThat(command.awaitExit(TIMEOUT)).isZero();
      assertThat(command.output()).matches("muster \\d+\\.\\d+\\.\\d+\\s+");
    }
  }

  @Test
  void clusterSecret_printsADifferentSecretEachTime() {
    var first = ProgramRun.of("cluster", "secret");
    var second = ProgramRun.of("cluster", "secret");

    assertThat(first.exitCode()).isZero();
    assertThat(second.exitCode()).isZero();
    assertThat(first.output()).matches("[0-9a-f]{64}\\s+").isNotEqualTo(second.output());
  }

  @Test
  void clusterSecret_help_explainsItsUse() {
    var run = ProgramRun.of("cluster", "secret", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).contains("256 random bits", "cluster.secret_file");
  }

  @Test
  void options_beforeTheCommand_areThoseOfTheNode() throws Exception {
    try (var node =
        run(
            "--data=" + data,
            "--token",
            "geheim",
            "--roles",
            "api",
            "--set",
            "api.listen.main=127.0.0.1:0",
            "--set=api.listen.rest=off",
            "--set=api.listen.usage=off",
            "--set=api.listen.socktop=off",
            "serve")) {
      node.awaitBanner();
      assertThat(node.output()).containsPattern("muster .* on .*: api\\R");
      assertThat(node.get("/snapshot").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void unknownOption_isRejected() {
    var run = ProgramRun.of("serve", "--colour", "red");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output()).contains("--colour", "Possible solutions");
  }

  @Tag("slow")
  @Test
  void secondNode_sameDataDirectory_failsToStart() {
    try (var first = MusterProcess.start(data).awaitBanner();
        var second = MusterProcess.start(data)) {
      assertThat(second.awaitExit(TIMEOUT)).as("%s", second.output()).isEqualTo(2);
      assertThat(second.output()).contains("data.dir");
      assertThat(first.output()).doesNotContain("ERROR");
    }
  }

  @Tag("slow")
  @Test
  void trainingRun_recordsTheClassesOfACollector() throws IOException {
    var archive = data.resolve("archive.jsa");
    var recording = List.of("-Xlog:disable", "-XX:ArchiveClassesAtExit=" + archive);
    try (var command = MusterProcess.run(recording, List.of("training-run", data + "/collector"))) {
      assertThat(command.awaitExit(TIMEOUT)).as("%s", command.output()).isZero();
    }

    var use = List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:class+load");
    try (var command = MusterProcess.run(use, List.of("snapshot", "--set", "data.dir=" + data))) {
      assertThat(command.awaitExit(TIMEOUT)).isZero();
      assertThat(command.output())
          .contains("io.vertx.core.Vertx source: shared objects file (top)");
    }
  }

  private static MusterProcess run(String... arguments) {
    return MusterProcess.run(List.of(arguments));
  }
}
