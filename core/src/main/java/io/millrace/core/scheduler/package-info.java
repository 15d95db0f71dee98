// SPDX-License-Identifier: Apache-2.0
/** The local scheduler: tasks on threads of this process, exchanges by handing over objects. */
@NullMarked
package io.millrace.core.scheduler;

import org.jspecify.annotations.NullMarked;
