package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.SerializationConfig;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.internal.serialization.impl.DefaultSerializationServiceBuilder;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.spi.exception.WrongTargetException;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.rmi.server.ObjID;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DeserializationAllowListTest {
  private final SerializationService members =
      new DefaultSerializationServiceBuilder()
          .setConfig(
              new SerializationConfig()
                  .setJavaSerializationFilterConfig(DeserializationAllowList.createFilter()))
          .build();

  @Test
  void createFilter_failureOfAnOperation_isDeserialized() {
    var failure = new IllegalStateException("no answer", new WrongTargetException("moved"));
    failure.addSuppressed(new ExecutionException(new TargetNotMemberException("left")));

    var received = (Throwable) sendAndReceive(failure);

    assertThat(received).hasMessage("no answer").hasCauseInstanceOf(WrongTargetException.class);
    assertThat(received.getStackTrace()).isEqualTo(failure.getStackTrace());
    assertThat(received.getSuppressed()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("disallowed")
  void createFilter_anyOtherClass_isRejected(Serializable value) {
    assertThatThrownBy(() -> sendAndReceive(value)).hasMessageContaining("is not allowed");
  }

  static List<Serializable> disallowed() {
    var proxy =
        (Serializable)
            Proxy.newProxyInstance(
                DeserializationAllowListTest.class.getClassLoader(),
                new Class<?>[] {Serializable.class, Runnable.class},
                (java.lang.reflect.InvocationHandler & Serializable) (self, method, args) -> null);
    return List.of(
        new ObjID(), new InetSocketAddress(80), new Object[][] {{new HashMap<>()}}, proxy);
  }

  private Object sendAndReceive(Serializable value) {
    return members.toObject(members.toData(value));
  }
}
