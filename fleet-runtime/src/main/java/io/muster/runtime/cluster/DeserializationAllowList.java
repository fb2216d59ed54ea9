package io.muster.runtime.cluster;

import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.HazelcastOverloadException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.LocalMemberResetException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.spi.exception.CallerNotMemberException;
import com.hazelcast.spi.exception.DistributedObjectDestroyedException;
import com.hazelcast.spi.exception.PartitionMigratingException;
import com.hazelcast.spi.exception.ResponseAlreadySentException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.RetryableIOException;
import com.hazelcast.spi.exception.ServiceNotFoundException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.spi.exception.WrongTargetException;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes that members send to each other with Java serialization: the exceptions of failed
 * operations, and their stack traces. Everything else that they exchange has serializers of its
 * own. The caller of an operation whose exception is not allowed waits until its timeout. Safe for
 * use by any thread.
 */
final class DeserializationAllowList {
  private static final List<Class<?>> PARTS_OF_EXCEPTIONS =
      List.of(
          StackTraceElement.class,
          StackTraceElement[].class,
          Collections.emptyList().getClass(),
          ArrayList.class);

  private static final List<Class<? extends Throwable>> JAVA_EXCEPTIONS =
      List.of(
          Throwable.class,
          Exception.class,
          RuntimeException.class,
          Error.class,
          LinkageError.class,
          NoClassDefFoundError.class,
          AssertionError.class,
          ClassCastException.class,
          ClassNotFoundException.class,
          IllegalArgumentException.class,
          IllegalMonitorStateException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          InterruptedException.class,
          NullPointerException.class,
          ReflectiveOperationException.class,
          SecurityException.class,
          UnsupportedOperationException.class,
          IOException.class,
          EOFException.class,
          CancellationException.class,
          CompletionException.class,
          ExecutionException.class,
          RejectedExecutionException.class,
          TimeoutException.class);

  private static final List<Class<? extends Throwable>> HAZELCAST_EXCEPTIONS =
      List.of(
          HazelcastException.class,
          HazelcastInstanceNotActiveException.class,
          HazelcastOverloadException.class,
          HazelcastSerializationException.class,
          IndeterminateOperationStateException.class,
          LocalMemberResetException.class,
          MemberLeftException.class,
          NoDataMemberInClusterException.class,
          OperationTimeoutException.class,
          CallerNotMemberException.class,
          DistributedObjectDestroyedException.class,
          PartitionMigratingException.class,
          ResponseAlreadySentException.class,
          RetryableHazelcastException.class,
          RetryableIOException.class,
          ServiceNotFoundException.class,
          TargetDisconnectedException.class,
          TargetNotMemberException.class,
          WrongTargetException.class);

  private static final Set<Class<?>> ALL =
      Stream.of(PARTS_OF_EXCEPTIONS, JAVA_EXCEPTIONS, HAZELCAST_EXCEPTIONS)
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableSet());

  private static final int MAX_DEPTH = 100;
  private static final int MAX_ARRAY_LENGTH = 10_000;

  private DeserializationAllowList() {}

  /** Returns a filter that rejects all other classes, and with them every proxy. */
  static JavaSerializationFilterConfig createFilter() {
    var filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
    ALL.forEach(type -> filter.getWhitelist().addClasses(type.getName()));
    return filter;
  }

  /**
   * Rejects all other classes in all of this JVM, because Hazelcast has serializers that ignore its
   * own filter. A filter that was set before, by {@code jdk.serialFilter}, stays in place.
   */
  static synchronized void applyToJvm() {
    if (ObjectInputFilter.Config.getSerialFilter() == null) {
      ObjectInputFilter.Config.setSerialFilter(DeserializationAllowList::check);
    }
  }

  private static Status check(FilterInfo input) {
    var isTooLarge = input.depth() > MAX_DEPTH || input.arrayLength() > MAX_ARRAY_LENGTH;
    return isTooLarge || !isAllowed(input.serialClass()) ? Status.REJECTED : Status.ALLOWED;
  }

  /**
   * Returns true for no class, too, which is a check of the limits, and for {@code Object[]}, as
   * which the content of an {@code ArrayList} is checked.
   */
  private static boolean isAllowed(Class<?> type) {
    return type == null || type == Object[].class || ALL.contains(type);
  }
}
