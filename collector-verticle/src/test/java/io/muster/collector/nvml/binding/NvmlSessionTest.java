package io.muster.collector.nvml.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NvmlSessionTest {
  private final RecordingNvmlBinding binding = new RecordingNvmlBinding();

  @Test
  void open_libraryReady_readsTheDriverVersions() {
    var session = NvmlSession.open(binding);

    assertThat(session.driverVersion()).isEqualTo("550.54.15");
    assertThat(session.cudaVersion()).hasValue(7);
    assertThat(session.deviceCount()).isEqualTo(7);
  }

  @Test
  void open_initFails_closesTheLibraryWithoutShutdown() {
    binding.initCode = 9;

    assertThatThrownBy(() -> NvmlSession.open(binding))
        .isInstanceOfSatisfying(
            NvmlException.class, exception -> assertThat(exception.code()).isEqualTo(9))
        .hasMessage("nvmlInit_v2: error 9 (9)");
    assertThat(binding.calls).containsExactly("nvmlInit_v2", "close");
  }

  @Test
  void open_versionsNotReported_worksWithoutThem() {
    binding.code = 999;

    var session = NvmlSession.open(binding);

    assertThat(session.driverVersion()).isEqualTo("unknown");
    assertThat(session.cudaVersion()).isEmpty();
  }

  @Test
  void close_openSession_shutsDownOnce() {
    NvmlSession.open(binding).close();

    assertThat(binding.calls).containsExactly("nvmlInit_v2", "nvmlShutdown", "close");
  }

  @Test
  void handle_callFails_throwsWithCodeAndMessage() {
    var session = NvmlSession.open(binding);
    binding.code = 15;

    assertThatThrownBy(() -> session.handle(3))
        .isInstanceOfSatisfying(
            NvmlException.class, exception -> assertThat(exception.code()).isEqualTo(15))
        .hasMessage("nvmlDeviceGetHandleByIndex_v2: error 15 (15)");
  }
}
