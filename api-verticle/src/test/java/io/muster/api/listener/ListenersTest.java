package io.muster.api.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.HostPort;
import java.net.BindException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenersTest {
  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1", "::1, [::1]", "gpu-01, gpu-01"})
  void message_always_isOneLineWithKeyCauseAndRemedy(String host, String shown) {
    var failure =
        new Listeners.ListenException(
            "api.listen.main", new HostPort(host, 9090), new BindException("Address in use"));

    assertThat(failure)
        .hasMessage(
            "api.listen.main: cannot listen on "
                + shown
                + ":9090: Address in use; stop the process that uses it, or choose another with"
                + " --set api.listen.main="
                + shown
                + ":PORT");
  }
}
