package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.linux.LinuxHostFixture.StatFields;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ProcessDetail.ProcessFileUse;
import io.muster.schema.inspection.ProcessDetail.ProcessIds;
import io.muster.schema.inspection.ProcessDetail.ProcessMemory;
import io.muster.schema.inspection.ProcessDetail.ProcessName;
import io.muster.schema.inspection.ProcessDetail.ProcessTiming;
import io.muster.schema.inspection.ThreadDetail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests on a host with an uptime of 10,000 ticks. */
class ProcessInspectorTest {
  private final LinuxHostFixture host;

  ProcessInspectorTest(@TempDir Path directory) {
    host = LinuxHostFixture.twoCpuHost(directory);
  }

  @Test
  void process_everythingReadable_fillsEveryField() throws IOException {
    host.writeProcess(42, "train (ä)", new StatFields('S', 7, 300, 100, 8000))
        .createLink("proc/42/cwd", "/home/ana")
        .createLink("proc/42/exe", "/usr/bin/train");
    host.files
        .write("proc/42/io", "rchar: 111\nwchar: 222\nsyscr: 3\nread_bytes: 4\n")
        .write("proc/42/fd/0", "")
        .write("proc/42/fd/17", "");

    assertThat(process(42))
        .isEqualTo(
            new ProcessDetail(
                new ProcessName(42, "train (ä)", "train (ä) --lr=1"),
                new ProcessIds(OptionalLong.of(7), 1000, 1001),
                "S",
                1,
                new ProcessTiming(20, 1_790_000_080, 3_000_000, 1_000_000),
                new ProcessMemory(256 * 4096, 1048576, OptionalLong.of(100 * 4096)),
                new ProcessFileUse(
                    OptionalLong.of(2),
                    OptionalLong.of(111),
                    OptionalLong.of(222),
                    Optional.of("/home/ana"),
                    Optional.of("/usr/bin/train")),
                List.of(),
                List.of(new ThreadDetail(42, "train (ä)", 3_000_000, 1_000_000, "S"))));
  }

  @Test
  void process_ofAnotherUser_lacksPrivateFields() throws IOException {
    host.writeProcess(42, "x", StatFields.running(0, 5));

    var detail = process(42);

    assertThat(detail.files().readBytes()).isEmpty();
    assertThat(detail.files().writtenBytes()).isEmpty();
    assertThat(detail.files().fileDescriptors()).isEmpty();
    assertThat(detail.files().workingDirectory()).isEmpty();
    assertThat(detail.files().executable()).isEmpty();
  }

  @Test
  void process_kernelThread_isNamedInBracketsAndHasNoParent() throws IOException {
    host.writeProcess(2, "kthreadd", new StatFields('I', 0, 0, 0, 0));
    host.files.write("proc/2/cmdline", "");

    assertThat(process(2))
        .extracting(
            each -> each.process().command(), ProcessDetail::state, each -> each.ids().parentPid())
        .containsExactly("[kthreadd]", "I", OptionalLong.empty());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 42, 2_147_483_648L, 4_294_967_295L, Long.MAX_VALUE})
  void process_notExisting_isUnknown(long pid) {
    assertUnknown(pid);
  }

  @Test
  void process_threadOfAnother_isUnknown() {
    host.writeProcess(42, "java", StatFields.running(0, 5));
    host.writeProcess(43, "java", StatFields.running(0, 5));
    host.files.write("proc/43/status", "Name:\tjava\nTgid:\t42\nPid:\t43\n");

    assertUnknown(43);
  }

  @Test
  void process_directoryWithoutItsFiles_isAFailureNotUnknown() {
    host.files.write("proc/42/environ", "");

    assertThatThrownBy(() -> process(42)).isInstanceOf(IOException.class);
  }

  @Test
  void process_children_areTheDirectOnesOfAllThreads() throws IOException {
    host.writeProcess(42, "sh", StatFields.running(0, 5));
    host.writeProcess(50, "cat", StatFields.child(42, 1));
    host.writeProcess(51, "sed", StatFields.child(42, 2));
    host.writeProcess(60, "grandchild", StatFields.child(50, 0));
    host.files
        .write("proc/42/task/42/children", "51 ")
        .write("proc/42/task/44/stat", "44 (worker) R 1 1 1\n")
        .write("proc/42/task/44/children", "50 77 ")
        .write("proc/50/task/50/children", "60 ");

    var detail = process(42);

    assertThat(detail.children())
        .extracting(
            each -> each.process().pid(),
            each -> each.process().name(),
            each -> each.process().command())
        .containsExactly(tuple(50L, "cat", "cat --lr=1"), tuple(51L, "sed", "sed --lr=1"));
    assertThat(detail.children())
        .allSatisfy(
            child -> {
              assertThat(child.threads()).isEmpty();
              assertThat(child.children()).isEmpty();
              assertThat(child.ids().parentPid()).hasValue(42);
            });
    assertThat(detail.threads()).extracting(ThreadDetail::tid).containsExactly(42L, 44L);
  }

  @Test
  void process_kernelThatListsNoChildren_scansForThem() throws IOException {
    host.writeProcess(42, "sh", StatFields.running(0, 5));
    host.writeProcess(50, "cat", StatFields.child(42, 1));
    host.writeProcess(60, "grandchild", StatFields.child(50, 0));
    host.files.delete("proc/42/task/42/children");

    assertThat(process(42).children())
        .extracting(each -> each.process().pid())
        .containsExactly(50L);
  }

  @Test
  void process_manyThreads_areTruncatedAndStillCounted() throws IOException {
    host.writeProcess(42, "java", StatFields.running(0, 5));
    host.writeProcess(50, "cat", StatFields.child(42, 1));
    var line = "42 (java) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 31 0 5 1048576 256 1\n";
    host.files.write("proc/42/stat", line);
    for (int tid = 1000; tid < 1030; tid++) {
      host.files.write("proc/42/task/" + tid + "/stat", tid + " (t) S 1 1 1\n");
    }

    var detail = process(42);

    assertThat(detail.threads()).hasSize(LinuxHostFixture.MAX_ROWS);
    assertThat(detail.threadCount()).isEqualTo(31);
    assertThat(detail.children()).extracting(each -> each.process().pid()).containsExactly(50L);
  }

  @Test
  void process_manyChildren_areTruncated() throws IOException {
    host.writeProcess(42, "sh", StatFields.running(0, 5));
    var childList = new StringBuilder();
    for (int child = 100; child < 130; child++) {
      host.writeProcess(child, "c", StatFields.child(42, 0));
      childList.append(child).append(' ');
    }
    host.files.write("proc/42/task/42/children", childList.toString());

    assertThat(process(42).children()).hasSize(LinuxHostFixture.MAX_ROWS);
  }

  @Test
  void process_inspectedAgain_hasTheUsageOfOneCpuSinceThen() throws IOException {
    host.writeProcess(42, "java", StatFields.running(100, 5));
    process(42);
    host.advance(Duration.ofSeconds(2));
    host.writeProcess(42, "java", StatFields.running(400, 5));

    assertThat(process(42).times().cpuPercent()).isEqualTo(150);
  }

  @Test
  void process_scannedLater_hasTheUsageSinceTheScan() throws IOException {
    host.writeProcess(42, "java", StatFields.running(100, 5));
    process(42);
    host.advance(Duration.ofSeconds(2));
    host.writeProcess(42, "java", StatFields.running(300, 5));
    host.inspector.processes();
    host.advance(Duration.ofSeconds(1));
    host.writeProcess(42, "java", StatFields.running(350, 5));

    assertThat(process(42).times().cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_scannedAtTheSameInstant_hasTheUsageSinceTheInspection() throws IOException {
    host.writeProcess(42, "java", StatFields.running(100, 5));
    process(42);
    host.advance(Duration.ofSeconds(1));
    host.writeProcess(42, "java", StatFields.running(130, 5));
    host.inspector.processes();

    assertThat(process(42).times().cpuPercent()).isEqualTo(30);
  }

  @Test
  void process_inspectedLongAgo_hasTheUsageSinceItStarted() throws IOException {
    host.writeProcess(42, "java", StatFields.running(100, 8000));
    process(42);
    host.advance(Duration.ofSeconds(61));
    host.writeProcess(42, "java", StatFields.running(1000, 8000));

    assertThat(process(42).times().cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_reusedPid_hasNoTimeOfTheEarlierProcess() throws IOException {
    host.writeProcess(42, "old", StatFields.running(100, 8000));
    process(42);
    host.advance(Duration.ofSeconds(2));
    host.writeProcess(42, "new", StatFields.running(50, 9900));

    assertThat(process(42).times().cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_moreThanAllCpus_isClamped() throws IOException {
    host.writeProcess(42, "java", StatFields.running(100, 9999));

    assertThat(process(42).times().cpuPercent()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RR", "SS", "II", "TT", "tt", "ZZ", "XX", "xX", "DD", "PP", "K?", "W?"})
  void process_state_isALetterOfTheContract(String kernelAndWireLetter) throws IOException {
    host.writeProcess(42, "x", new StatFields(kernelAndWireLetter.charAt(0), 1, 0, 0, 5));

    assertThat(process(42).state()).isEqualTo(kernelAndWireLetter.substring(1));
  }

  private ProcessDetail process(long pid) throws IOException {
    return host.inspector.process(pid);
  }

  private void assertUnknown(long pid) {
    assertThatThrownBy(() -> process(pid))
        .isInstanceOf(FleetException.class)
        .hasFieldOrPropertyWithValue("code", Code.PROCESS_UNKNOWN);
  }
}
