// SPDX-License-Identifier: Apache-2.0

/**
 * Inputs that need nothing but the JDK: {@linkplain io.millrace.inputs.SocketInput sockets},
 * {@linkplain io.millrace.inputs.FileInput files} of a directory, {@linkplain io.millrace.inputs.RateInput rows at a
 * rate}, {@linkplain io.millrace.inputs.QueueInput queues}, {@linkplain io.millrace.inputs.ConstantInput constants} and
 * {@linkplain io.millrace.inputs.CustomInput receivers written in the program}.
 */
@NullMarked
package io.millrace.inputs;

import org.jspecify.annotations.NullMarked;
