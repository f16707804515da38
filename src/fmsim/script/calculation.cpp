// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/calculation_node.hpp>
#include <fmsim/script/functions.hpp>

#include <map>

namespace fmsim {
namespace {

class Evaluator {
 public:
  explicit Evaluator(Scope& scope) : scope_(scope) {}

  Value of(const NodePtr& node) {
    switch (node->kind) {
      case CalculationNode::Kind::constant:
        return node->value;
      case CalculationNode::Kind::variable:
        return scope_.variable(node->name);
      case CalculationNode::Kind::local:
        return locals_.at(node->name);
      case CalculationNode::Kind::field:
        return scope_.field(node->name);
      case CalculationNode::Kind::get:
        return scope_.get(node->name);
      case CalculationNode::Kind::call:
        return call(*node);
      case CalculationNode::Kind::list:
        throw ScriptProblem("calculation: a [list] where a value must stand");
      case CalculationNode::Kind::let:
        return let(*node);
      case CalculationNode::Kind::minus:
        return Value::of(-of(node->parts[0]).as_number());
      case CalculationNode::Kind::negation:
        return Value::of(!of(node->parts[0]).is_true());
      case CalculationNode::Kind::binary:
        return binary(*node);
    }
    return {};
  }

 private:
  Value let(const CalculationNode& node) {
    const auto outer = locals_;
    for (std::size_t i = 0; i < node.names.size(); ++i) locals_[node.names[i]] = of(node.parts[i]);
    Value result = of(node.parts.back());
    locals_ = outer;
    return result;
  }

  Value binary(const CalculationNode& node) {
    const std::string& operation = node.name;
    if (operation == "and") {
      return Value::of(of(node.parts[0]).is_true() && of(node.parts[1]).is_true());
    }
    if (operation == "or") {
      return Value::of(of(node.parts[0]).is_true() || of(node.parts[1]).is_true());
    }
    const Value left = of(node.parts[0]);
    const Value right = of(node.parts[1]);
    if (operation == "&") return Value::of(left.shown() + right.shown());
    if (operation == "+") return Value::of(left.as_number() + right.as_number());
    if (operation == "-") return Value::of(left.as_number() - right.as_number());
    if (operation == "*") return Value::of(left.as_number() * right.as_number());
    if (operation == "/") {
      const double by = right.as_number();
      return by == 0 ? Value::of(std::string("?")) : Value::of(left.as_number() / by);
    }
    const int order = compare(left, right);
    if (operation == "=") return Value::of(order == 0);
    if (operation == "<>") return Value::of(order != 0);
    if (operation == "<") return Value::of(order < 0);
    if (operation == ">") return Value::of(order > 0);
    return Value::of(operation == "<=" ? order <= 0 : order >= 0);
  }

  Value call(const CalculationNode& node) {
    if (node.name == "if" || node.name == "case") return choice(node);
    if (node.name == "getfield") return scope_.field(of(node.parts[0]).shown());
    Arguments arguments;
    for (const NodePtr& part : node.parts) {
      std::vector<Value> values;
      if (part->kind == CalculationNode::Kind::list) {
        for (const NodePtr& each : part->parts) values.push_back(of(each));
      } else {
        values.push_back(of(part));
      }
      arguments.push_back(std::move(values));
    }
    return call_function(node.name, arguments);
  }

  // Only what is chosen is worked out.
  Value choice(const CalculationNode& node) {
    std::size_t at = 0;
    for (; at + 1 < node.parts.size(); at += 2) {
      if (of(node.parts[at]).is_true()) return of(node.parts[at + 1]);
    }
    return at < node.parts.size() ? of(node.parts[at]) : Value();
  }

  Scope& scope_;
  std::map<std::string, Value> locals_;
};

}  // namespace

Value Calculation::value(Scope& scope) const {
  return root_ == nullptr ? Value() : Evaluator(scope).of(root_);
}

}  // namespace fmsim
