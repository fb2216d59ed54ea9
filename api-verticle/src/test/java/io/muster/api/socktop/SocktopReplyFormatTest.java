package io.muster.api.socktop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.CodedInputStream;
import io.muster.api.socktop.proto.Processes;
import io.muster.schema.inspection.Disk;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import io.muster.schema.inspection.ProcessUsage;
import io.muster.schema.json.WireJson;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden texts of the replies other than metrics. */
class SocktopReplyFormatTest {
  @Test
  void disks_aDiskAndItsPartition_areTheTextOfTheAgent() {
    assertThat(text(SocktopFixture.DISKS.stream().map(DiskReply::of).toList()))
        .isEqualTo(
            """
            [{"name":"/dev/nvme0n1","total":1000,"available":400,"temperature":38.85,\
            "is_partition":false},\
            {"name":"/dev/nvme0n1p2","total":1000,"available":400,"temperature":null,\
            "is_partition":true}]\
            """);
  }

  @Test
  void disks_nameThatIsNotAscii_isReplacedByAscii() {
    var disk = new Disk("/dev/é\uD83D\uDE00\n", 10, 20, OptionalDouble.empty(), true);

    assertThat(text(DiskReply.of(disk)))
        .startsWith("{\"name\":\"/dev/???\",\"total\":10,\"available\":10,");
  }

  @Test
  void process_withChildAndThreads_hasEveryKeyAndStateName() {
    assertThat(text(ProcessReply.of(SocktopFixture.PROCESS, UnaryOperator.identity(), 77)))
        .isEqualTo(
            """
            {"process":{"pid":42,"name":"java","command":"/usr/bin/java -x","cpu_usage":150.25,\
            "mem_bytes":1000,"virtual_mem_bytes":2000,"shared_mem_bytes":300,"thread_count":2,\
            "fd_count":null,"status":"Sleep","parent_pid":1,"user_id":1000,"group_id":100,\
            "start_time":1795193000,"cpu_time_user":70000,"cpu_time_system":20000,\
            "read_bytes":5,"write_bytes":null,"working_directory":"/srv",\
            "executable_path":null,"child_processes":[\
            {"pid":43,"name":"worker","command":"/usr/bin/worker -x","cpu_usage":150.25,\
            "mem_bytes":1000,"virtual_mem_bytes":2000,"shared_mem_bytes":300,"thread_count":2,\
            "fd_count":null,"status":"Disk Sleep","parent_pid":1,"user_id":1000,"group_id":100,\
            "start_time":1795193000,"cpu_time_user":70000,"cpu_time_system":20000,\
            "read_bytes":5,"write_bytes":null,"working_directory":"/srv",\
            "executable_path":null,"child_processes":[],"threads":[]}],\
            "threads":[{"tid":42,"name":"main","cpu_time_user":30,"cpu_time_system":40,\
            "status":"Running"},{"tid":44,"name":"GC","cpu_time_user":1,"cpu_time_system":2,\
            "status":"Idle"}]},"cached_at":77}\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "R, Run, Running",
    "S, Sleep, Sleeping",
    "I, Idle, Idle",
    "D, UninterruptibleDiskSleep, Disk Sleep",
    "Z, Zombie, Zombie",
    "T, Stop, Stopped",
    "t, Tracing, Tracing Stop",
    "X, Dead, Dead",
    "P, Parked, Parked",
    "?, Unknown, Unknown"
  })
  void process_anyState_isTheStateNameOfTheAgent(String state, String process, String child) {
    var children = List.of(SocktopFixture.process(2, "b", state, List.of(), List.of()));
    var parent = SocktopFixture.process(1, "a", state, children, List.of());

    assertThat(text(ProcessReply.of(parent, UnaryOperator.identity(), 0)))
        .contains("\"status\":\"" + process + "\",", "\"status\":\"" + child + "\",");
  }

  @Test
  void journal_oneEntry_isTheTextOfTheAgent() {
    assertThat(text(JournalReply.of(SocktopFixture.JOURNAL, 77)))
        .isEqualTo(
            """
            {"entries":[{"timestamp":"2026-11-20T16:48:20.404123Z",\
            "timestamp_us":1795193300404123,"priority":"Info","message":"hello",\
            "unit":"a.service","pid":12,"comm":"bash","uid":0,"gid":0}],\
            "total_count":1,"truncated":false,"notice":null,"cached_at":77}\
            """);
  }

  @Test
  void journal_textsThatAreNotAscii_areReplacedByAscii() {
    var entry =
        new JournalEntry(
            1_795_193_300_000_000L,
            9,
            "café\t\u001b[31m\uD83D\uDE00",
            Optional.of("ü.service"),
            Optional.of("ñ"),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());

    assertThat(text(JournalReply.of(new Journal(List.of(entry), true, Optional.of("né")), 1)))
        .isEqualTo(
            """
            {"entries":[{"timestamp":"2026-11-20T16:48:20Z","timestamp_us":1795193300000000,\
            "priority":"Debug","message":"caf???[31m?","unit":"?.service","pid":null,\
            "comm":"?","uid":null,"gid":null}],"total_count":1,"truncated":true,\
            "notice":"n?","cached_at":1}\
            """);
  }

  @Test
  void processes_twoRows_areTheseBytes() {
    // 1: count; 2: each row, with 1 pid, 2 name, 3 percent as a float, 4 bytes. No zeros.
    var wire =
        "0802"
            + "1208"
            + "0807"
            + "120469646c65"
            + "1212"
            + "08ac02"
            + "12046a617661"
            + "1d00004841"
            + "20c0c407";

    assertThat(HexFormat.of().formatHex(table(SocktopFixture.PROCESSES))).isEqualTo(wire);
  }

  @Test
  void processes_readByTheGeneratedCode_areCompleteAndInOrder() throws IOException {
    var processes =
        List.of(
            new ProcessUsage(4_294_967_295L, "é", 250, 1L << 40),
            new ProcessUsage(1, "", -1, -1),
            new ProcessUsage(2, "b", Double.NaN, 0));

    var table = Processes.parseFrom(table(processes));

    assertThat(table.getProcessCount()).isEqualTo(3);
    assertThat(table.getRowsList())
        .extracting(
            row -> Integer.toUnsignedLong(row.getPid()),
            row -> row.getName(),
            row -> row.getCpuUsage(),
            row -> row.getMemBytes())
        .containsExactly(
            tuple(4_294_967_295L, "é", 100f, 1L << 40),
            tuple(1L, "", 0f, 0L),
            tuple(2L, "b", 0f, 0L));
  }

  /** The protocol document has a 32-bit count, which has the same encoding. */
  @Test
  void processes_countReadAs32Bits_isTheSame() throws IOException {
    var input = CodedInputStream.newInstance(table(SocktopFixture.PROCESSES));

    assertThat(input.readTag()).isEqualTo(1 << 3);
    assertThat(input.readUInt32()).isEqualTo(2);
  }

  private static byte[] table(List<ProcessUsage> processes) {
    var client = new FakeSocktopConnection();
    ProcessTableReply.encode(processes, UnaryOperator.identity()).sendTo(client, false);
    return client.lastReceived().decompressed();
  }

  private static String text(Object reply) {
    return new String(WireJson.bytes(reply), UTF_8);
  }
}
